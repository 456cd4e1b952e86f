#!/bin/sh
# Finding: Whisper's text normaliser, with which word error rates are published, hides errors in telephone numbers and makes some.
#
# Guess of an expert: EnglishTextNormalizer brings every way to write a number to one form, so that a word error rate counts a
#   number as wrong just where a digit is wrong.
# Behaviour: a zero that begins a group is dropped, so a number that lost its zero is no error ("555-0126" and "555-126" are
#   equal). What stands in brackets is deleted as a remark, so "(303) 555-0126" has no area code and a wrong one is no error.
#   Dots are kept as decimal points and digits written together stay one word, so that right digits in other writing are errors;
#   a leading 1 of a toll-free number becomes "one". Telephone numbers have to be scored digit by digit beside the word error rate.
# Seen with: openai-whisper 20250625, more-itertools 10.8.0, regex 2025.11.3.
# Output seen:
#   303-555-0126 -> 303 555 126
#   303-555-126 -> 303 555 126
#   (303) 555-0126 -> 555 126
#   (404) 555-0126 -> 555 126
#   303 5550126 -> 303 5550126
#   303.555.0126 -> 303.555.0126
#   1-800-555-0126 -> one 800 555 126
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q more-itertools==10.8.0 regex==2025.11.3
"$folder/venv/bin/pip" install -q --no-deps openai-whisper==20250625
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import types
from importlib.metadata import files

# the normaliser alone: the package as a whole imports torch
folder = next(file for file in files("openai-whisper") if file.name == "english.py").locate().parent
package = types.ModuleType("normalizers")
package.__path__ = [str(folder)]
sys.modules["normalizers"] = package
from normalizers.english import EnglishTextNormalizer  # noqa: E402

seen = {
    "303-555-0126": "303 555 126",
    "303-555-126": "303 555 126",
    "(303) 555-0126": "555 126",
    "(404) 555-0126": "555 126",
    "303 5550126": "303 5550126",
    "303.555.0126": "303.555.0126",
    "1-800-555-0126": "one 800 555 126",
}
normalise = EnglishTextNormalizer()
found = {text: normalise(text) for text in seen}
for text, to in found.items():
    print(text, "->", to)
if found != seen:
    sys.exit("this has changed: read the finding again")
PYTHON
