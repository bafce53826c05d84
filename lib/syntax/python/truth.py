"""What Python itself says of a file: reads paths from standard input, writes one JSON object a line."""

import ast
import json
import sys

BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.ExceptHandler)


def statements(body):
    """Statements of a scope, those in conditional blocks included."""
    for node in body:
        if isinstance(node, BLOCKS):
            for name in ("body", "handlers", "orelse", "finalbody"):
                yield from statements(getattr(node, name, []))
        else:
            yield node


def code(text):
    """Code without its layout, for comparing."""
    return "".join(ast.unparse(text).split()) if isinstance(text, ast.AST) else text


def parameters(node, drop_first):
    args = node.args
    plain = args.posonlyargs + args.args
    defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
    all_of = [[a.arg, a.annotation, d] for a, d in zip(plain, defaults)]
    if args.vararg:
        all_of.append(["*" + args.vararg.arg, args.vararg.annotation, None])
    all_of += [[a.arg, a.annotation, d] for a, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        all_of.append(["**" + args.kwarg.arg, args.kwarg.annotation, None])
    return [[name, code(annotation), code(default)] for name, annotation, default in all_of][1 if drop_first else 0:]


def symbols(body, in_class):
    found = []
    for node in statements(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            decorators = [ast.unparse(d) for d in node.decorator_list]
            if any(d.endswith((".setter", ".deleter")) for d in decorators):
                continue
            static = "staticmethod" in decorators
            found.append({"name": node.name, "doc": ast.get_docstring(node), "parameters": parameters(node, in_class and not static), "returns": code(node.returns)})
        elif isinstance(node, ast.ClassDef):
            found.append({"name": node.name, "doc": ast.get_docstring(node), "members": symbols(node.body, True)})
    return found


def normal(texts):
    """The same code as Python would print it; what does not parse stays."""
    result = []
    for text in texts:
        try:
            result.append(code(ast.parse(text.strip(), mode="eval").body))
        except SyntaxError:
            result.append(text)
    return result


for line in sys.stdin:
    request = json.loads(line)
    if "normalise" in request:
        print(json.dumps(normal(request["normalise"])))
        continue
    with open(request["file"], "rb") as file:
        try:
            tree = ast.parse(file.read())
        except (SyntaxError, ValueError):
            print("null")
            continue
    print(json.dumps({"doc": ast.get_docstring(tree), "symbols": symbols(tree.body, False)}))
