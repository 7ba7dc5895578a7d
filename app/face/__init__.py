"""The face engine: detection, landmarks, quality, liveness, comparison.

``engine.LocalEngine`` in-process, ``remote.RemoteEngine`` in its own.
"""
