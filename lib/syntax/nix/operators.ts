import type { BinaryOperator } from './ast.ts'

interface OperatorRule {
  level: number
  associates: 'left' | 'right' | 'none'
}

/** Binding strength of each operator, from `parser.y` of Nix; a higher level binds closer. */
const RULES: Readonly<Record<BinaryOperator, OperatorRule>> = {
  '->': { level: 1, associates: 'right' },
  '||': { level: 2, associates: 'left' },
  '&&': { level: 3, associates: 'left' },
  '==': { level: 4, associates: 'none' },
  '!=': { level: 4, associates: 'none' },
  '<': { level: 5, associates: 'none' },
  '>': { level: 5, associates: 'none' },
  '<=': { level: 5, associates: 'none' },
  '>=': { level: 5, associates: 'none' },
  '//': { level: 6, associates: 'right' },
  '+': { level: 8, associates: 'left' },
  '-': { level: 8, associates: 'left' },
  '*': { level: 9, associates: 'left' },
  '/': { level: 9, associates: 'left' },
  '++': { level: 10, associates: 'right' },
}

/** Operand strength of `!`, between `//` and `+`. */
export const NOT_LEVEL = 7
/** Strength of `?`, above all operators on two expressions. */
export const HAS_LEVEL = 11
/** Operand strength of unary minus, the highest. */
export const NEGATE_LEVEL = 12

export const isBinaryOperator = (text: string): text is BinaryOperator => Object.hasOwn(RULES, text)

export const ruleOf = (operator: BinaryOperator): OperatorRule => RULES[operator]
