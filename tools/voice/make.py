"""Makes resources/voice/mandarin from the sentences of the retiree's screen: pypinyin → espeak-ng (cmn-latn-pinyin) → 16 kHz WAV.

``python -m tools.voice.make [FOLDER]`` needs the Debian package espeak-ng, which reads Chinese characters badly but pinyin with tone
numbers well. The voice is a machine's: clear, not warm. Any file may be replaced by a recording of the same name.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

from app.runtime.sounds import MADE
from app.ui.screens.retiree_side.words import DATE_PARTS, PROMPTS

RATE_HZ = 16_000
NORMAL_WPM, SLOW_WPM = 150, 100
PITCH, GAP_10MS = 42, 4
LEVEL = 0.7
TONES_HZ = (523.25, 659.25)
"""A soft rising third before each sentence: low enough for worn hearing and hearing aids, which lose the heights first."""
TONE_S, FADE_S = 0.16, 0.04
Sound = npt.NDArray[np.float64]


def pinyin(sentence: str) -> str:
    """Syllables with tone numbers; marks of punctuation stay as pauses."""
    return " ".join(lazy_pinyin(sentence, style=Style.TONE3, neutral_tone_with_five=True)).replace("，", ",")


def spoken(sentence: str, wpm: int, *, close: bool = False) -> Sound:
    """Samples -1..1 at RATE_HZ; ``close``: with little quiet around, because others follow."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.wav"
        voice = ("-v", "cmn-latn-pinyin", "-s", str(wpm), "-p", str(PITCH), "-g", str(GAP_10MS))
        subprocess.run(("espeak-ng", *voice, "-w", str(file), pinyin(sentence)), check=True)
        with wave.open(str(file)) as read:
            rate, data = read.getframerate(), read.readframes(read.getnframes())
    samples = np.frombuffer(data, dtype="<i2").astype(np.float64) / 32768
    heard = np.flatnonzero(np.abs(samples) > 0.01)
    begin, end = (max(heard[0] - rate // 50, 0), rate // 20) if close else (0, rate // 8)
    samples = samples[begin : heard[-1] + end]
    at = np.arange(0, len(samples) - 1, rate / RATE_HZ)
    out: Sound = np.interp(at, np.arange(len(samples)), samples)
    return out * (LEVEL / max(float(np.abs(out).max()), 1e-6))


def tone() -> Sound:
    """The signal before a sentence."""
    at = np.arange(int(TONE_S * RATE_HZ)) / RATE_HZ
    fade = np.clip(np.minimum(at, TONE_S - at) / FADE_S, 0, 1)
    parts = [np.sin(2 * np.pi * hertz * at) * fade * LEVEL * 0.4 for hertz in TONES_HZ]
    out: Sound = np.concatenate([*parts, np.zeros(RATE_HZ // 8)])
    return out


def write(file: Path, samples: Sound) -> None:
    """16-bit mono."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def main(folder: Path) -> None:
    """Every prompt at both paces, the parts of a date, and which files a machine made."""
    folder.mkdir(parents=True, exist_ok=True)
    for code, sentence in PROMPTS.items():
        for wpm, ending in ((NORMAL_WPM, "wav"), (SLOW_WPM, "slow.wav")):
            write(folder / f"{code}.{ending}", np.concatenate([tone(), spoken(sentence, wpm)]))
    for code, part in DATE_PARTS.items():
        write(folder / f"{code}.wav", spoken(part, NORMAL_WPM, close=True))
    said = json.dumps({**PROMPTS, **DATE_PARTS}, ensure_ascii=False, indent=1)
    (folder / "sentences.json").write_text(f"{said}\n", "utf-8")
    made = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.wav"))}
    (folder / MADE).write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2] / "resources" / "voice" / "mandarin"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
