"""Mines the lines of a file with Drain3 and its documented masks; prints seconds of CPU, peak MiB and templates as JSON."""

import json
import logging
import resource
import sys
import time

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

MASKS = [
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
]

logging.disable(logging.INFO)
config = TemplateMinerConfig()
config.profiling_enabled = False
if sys.argv[2] == "masks":
    config.masking_instructions = [MaskingInstruction(pattern, mask) for pattern, mask in MASKS]
miner = TemplateMiner(config=config)
with open(sys.argv[1], encoding="utf-8") as file:
    # The header is the same in every line; Drain is given the message alone, as its authors do.
    messages = [line.rstrip("\n")[32:] for line in file]
started = time.process_time()
for message in messages:
    miner.add_log_message(message)
seconds = time.process_time() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peakMiB": peak, "templates": len(miner.drain.clusters)}))
