#!/bin/sh
# Finding: a fitted scikit-learn text vectorizer holds an address in memory, so equal trainings have other hashes.
#
# Guess of an expert: the same texts, parameters and library, no randomness, one thread and a fixed PYTHONHASHSEED give the same
#   fitted pipeline in every process; so its hash by joblib, or that of its skops file, shows whether a model is another one (as
#   a DVC stage or a model registry takes it to).
# Behaviour: the vectorizer keeps _stop_words_id = id(self.stop_words), also where stop_words is None. Within a process it is the
#   same, so a test that trains twice and compares passes; between processes the address is another one wherever addresses are
#   drawn, as Linux does for programs. All that the model predicts with is equal; with that attribute set to 0 the hash is equal
#   too, and the vectorizer works as before: its first use checks the stop words once more, and writes the address again.
# Seen with: scikit-learn 1.9.1, joblib 1.6.0, skops 0.16.0, scipy 1.17.1, numpy 2.4.6.
# Output seen:
#   trained twice in one process: same hash
#   trained in 8 processes: 8 hashes by joblib, 8 of the schema in the skops file
#   without the address: 1 by joblib, 1 of the schema
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1 joblib==1.6.0 skops==0.16.0 scipy==1.17.1 numpy==2.4.6
cat > "$folder/train.py" <<'PYTHON'
import hashlib
import io
import re
import zipfile

import joblib
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXTS = ["call me back", "my number is on the card", "this is Ann", "call today", "this is Bob", "the number again"]
KINDS = ["ask", "number", "identity", "ask", "identity", "number"]


def trained():
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, KINDS)


def schema_hash(model):
    """Of the schema in a skops file, without the numbers of objects, which are addresses by design."""
    text = zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))).read("schema.json").decode()
    kept = re.sub(r'"__id__": \d+', "", text)
    kept = re.sub(r'"file": "[^"]*"', "", kept)
    return hashlib.sha256(kept.encode()).hexdigest()[:12]


one, other = trained(), trained()
bare = trained()
bare[0]._stop_words_id = 0
assert bare.predict(["call me"]).tolist() == one.predict(["call me"]).tolist()
bare[0]._stop_words_id = 0  # the first use writes it again
print(joblib.hash(one) == joblib.hash(other), joblib.hash(one), schema_hash(one), joblib.hash(bare), schema_hash(bare))
PYTHON
for run in 1 2 3 4 5 6 7 8; do
    PYTHONHASHSEED=0 OMP_NUM_THREADS=1 "$folder/venv/bin/python" -W ignore "$folder/train.py" >> "$folder/hashes"
done
"$folder/venv/bin/python" - "$folder/hashes" <<'PYTHON'
import sys

rows = [line.split() for line in open(sys.argv[1])]
twice, joblibs, schemas, bare, bare_schemas = (set(column) for column in zip(*rows))
print("trained twice in one process:", "same hash" if twice == {"True"} else "other hashes")
print(f"trained in {len(rows)} processes: {len(joblibs)} hashes by joblib, {len(schemas)} of the schema in the skops file")
print(f"without the address: {len(bare)} by joblib, {len(bare_schemas)} of the schema")
if not (twice == {"True"} and len(joblibs) > 1 and len(schemas) > 1 and len(bare) == len(bare_schemas) == 1):
    sys.exit("the finding has changed")
PYTHON
