"""Synthetic clips that stand in for a webcam: a live head, and attacks with pictures of the same person. Everything here is synthetic.

Made by code from public-domain portraits that installed packages ship. A clip is named ``synthetic-<kind>-<seed>.avi`` and the screen says
模拟摄像头 wherever one is shown. ``python -m demo.clips KIND SEED FOLDER`` makes one by hand.
"""

from demo.clips.library import KINDS, ClipKind, make

__all__ = ["KINDS", "ClipKind", "make"]
