"""The desk program: find a retiree, certify them, hand out a paper, tell the center."""

import os

# onnxruntime reports its use to its maker and keeps a device number unless told not to, and reads this when it is loaded;
# every process of the desk comes by here first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
