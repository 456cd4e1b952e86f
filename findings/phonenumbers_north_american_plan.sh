#!/bin/sh
# Finding: phonenumbers calls North American numbers valid that the numbering plan rules out, and others invalid that exist.
#
# Guess of an expert: libphonenumber's is_valid_number is a safe filter for numbers that were heard or typed: what it calls
#   valid can exist, what it calls invalid cannot; is_possible_number looks at the length and at leading digits.
# Behaviour: valid means that the area code is in a list and the exchange begins with 2 to 9. An exchange of the form N11
#   (218-911-0126) is valid, though N11 codes are services and never exchanges. Area code 436, in service in Ohio since March
#   2024, is invalid: a list ages. is_possible_number counts digits only: exchange 155 and area code 911 are possible.
#   So a heard number is checked with the plan's own rules (no N11 as area code or exchange; 37X, 96X and N9X are no area codes).
# Seen with: phonenumbers 9.0.43.
# Output seen (number, possible, valid):
#   218-555-0126 True True
#   218-911-0126 True True
#   436-555-0126 True False
#   503-155-0126 True False
#   911-555-0126 True False
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import phonenumbers

seen = {
    "218-555-0126": (True, True),
    "218-911-0126": (True, True),
    "436-555-0126": (True, False),
    "503-155-0126": (True, False),
    "911-555-0126": (True, False),
}
found = {}
for number in seen:
    parsed = phonenumbers.parse(number, "US")
    found[number] = (phonenumbers.is_possible_number(parsed), phonenumbers.is_valid_number(parsed))
    print(number, *found[number])
if found != seen:
    sys.exit("this has changed: read the finding again")
PYTHON
