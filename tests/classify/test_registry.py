"""Model folders: what is saved comes back, what is wrong is refused with a sentence that says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from vmaudio.classify import ModelStore, probe
from vmaudio.errors import ModelMissing, ModelRefused

X = np.array([[0.0, 1.0], [1.0, 0.0], [0.2, 0.9], [0.8, 0.3], [0.1, 0.7], [0.9, 0.2]])
Y = np.array(["a", "b", "a", "b", "a", "b"])


def fitted(c: float = 1.0) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=c)).fit(X, Y)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    made = ModelStore(tmp_path / "user", tmp_path / "shipped")
    folder = tmp_path / "shipped" / "toy" / "1"
    made.save(folder, fitted(), {"name": "toy", "classes": ["a", "b"]}, "# card", {"a.svg": "<svg/>"})
    (tmp_path / "shipped" / "toy" / "CURRENT").write_text("1\n")
    return made


def edit(folder: Path, **values: Any) -> None:
    meta = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**meta, **values}))


def test_round_trip(store: ModelStore) -> None:
    """A saved model answers as before, with its card and pictures beside it."""
    model = store.load("toy")
    assert (model.model_id, model.version) == ("toy/1", "1")
    np.testing.assert_array_equal(model.estimator.predict_proba(X), fitted().predict_proba(X))
    assert store.current("toy").card() == "# card"
    assert (store.current("toy").path / "a.svg").read_text() == "<svg/>"
    assert model.meta["classes"] == ["a", "b"]
    assert store.load("toy") is model


def test_mapping_of_estimators(store: ModelStore, tmp_path: Path) -> None:
    """A mapping of names to estimators is one model too."""
    store.save(tmp_path / "pair", {"x": fitted(), "y": fitted(0.1)}, {"name": "pair"})
    assert set(store.open(tmp_path / "pair").estimator) == {"x", "y"}


def test_promote_is_the_only_change_of_current(store: ModelStore, tmp_path: Path) -> None:
    """Saving changes nothing; promoting a path copies it under the next number, into the user's folder only."""
    new = tmp_path / "out" / "model"
    store.save(new, fitted(0.01), {"name": "toy"})
    shipped_before = sorted(str(p) for p in store.shipped_dir.rglob("*"))
    assert store.current("toy").version == "1"
    assert store.promote("toy", new).model_id == "toy/2"
    assert store.current("toy").version == "2"
    assert store.current("toy").origin == "user"
    assert store.versions("toy") == ("1", "2")
    assert sorted(str(p) for p in store.shipped_dir.rglob("*")) == shipped_before
    np.testing.assert_array_equal(store.load("toy").estimator.predict_proba(X), fitted(0.01).predict_proba(X))
    assert store.promote("toy", "1").origin == "shipped"
    assert store.current("toy").version == "1"
    assert not list((tmp_path / "user").rglob(".*")), "no half-made files are left"


def test_versions_in_order_of_number(store: ModelStore, tmp_path: Path) -> None:
    """Version 10 comes after version 9."""
    for _ in range(9):
        store.promote("toy", store.shipped_dir / "toy" / "1")
    assert store.versions("toy")[-2:] == ("9", "10")
    assert store.names() == ("toy",)


def test_missing_lists_what_there_is(store: ModelStore) -> None:
    """A wrong name or version is answered with the right ones."""
    with pytest.raises(ModelMissing, match="there: toy"):
        store.load("nothing")
    with pytest.raises(ModelMissing, match="it has 1"):
        store.load("toy", "7")
    with pytest.raises(ModelMissing, match="no name or name/version"):
        store.resolve("/no/such/folder")
    assert store.resolve("toy/1").model_id == "toy/1"
    assert store.resolve(str(store.shipped_dir / "toy" / "1")).model_id == "toy/1"


@pytest.mark.parametrize("name", ["../toy", "toy/1", "", ".", "TOY"])
def test_names_cannot_leave_the_folder(store: ModelStore, name: str) -> None:
    """A name with a path in it is no model name."""
    with pytest.raises(ModelMissing):
        store.folder(name, "1")
    with pytest.raises(ModelMissing):
        store.folder("toy", "../toy/1")
    with pytest.raises(ModelMissing):
        store.promote(name, "1")


def test_refuses_another_feature_schema(store: ModelStore) -> None:
    """A model trained on other features is refused, and the sentence says how to train it again."""
    edit(store.shipped_dir / "toy" / "1", feature_schema="vm0")
    with pytest.raises(ModelRefused, match=r"vm0.*vmaudio models train toy"):
        store.load("toy")


def test_refuses_another_format(store: ModelStore) -> None:
    """A model.json of another layout is refused."""
    edit(store.shipped_dir / "toy" / "1", format=99)
    with pytest.raises(ModelRefused, match="format 99"):
        store.load("toy")


def test_refuses_a_damaged_file(store: ModelStore) -> None:
    """One changed byte is noticed before anything is built from the file."""
    path = store.shipped_dir / "toy" / "1" / "model.skops"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelRefused, match="SHA-256"):
        store.load("toy")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_refuses_what_is_no_model_file(store: ModelStore, content: bytes) -> None:
    """A file that is no skops file is refused, even where its digest fits."""
    import hashlib

    folder = store.shipped_dir / "toy" / "1"
    (folder / "model.skops").write_bytes(content)
    edit(folder, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ModelRefused, match="no model file"):
        store.load("toy")


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000 + "1" + "}" * 50_000])
def test_refuses_a_damaged_description(store: ModelStore, text: str) -> None:
    """A damaged model.json is a sentence, no traceback."""
    (store.shipped_dir / "toy" / "1" / "model.json").write_text(text)
    with pytest.raises(ModelRefused, match="damaged"):
        store.load("toy")


def test_refuses_untrusted_types(store: ModelStore, tmp_path: Path) -> None:
    """A file that asks for a type outside the reviewed list is refused on saving and on loading, and never built."""
    import hashlib

    bad = make_pipeline(FunctionTransformer(subprocess.check_output)).fit(X)
    with pytest.raises(ModelRefused, match=r"subprocess\.check_output"):
        store.save(tmp_path / "bad", bad, {"name": "toy"})
    assert not (tmp_path / "bad").exists()
    folder = store.shipped_dir / "toy" / "1"
    data = skops.io.dumps(bad)
    (folder / "model.skops").write_bytes(data)
    edit(folder, sha256=hashlib.sha256(data).hexdigest())
    with pytest.raises(ModelRefused, match=r"does not trust.*subprocess\.check_output"):
        store.load("toy")


def test_does_not_overwrite_what_is_no_model(store: ModelStore, tmp_path: Path) -> None:
    """Saving into a folder with other files in it is refused, and nothing in it is touched."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(ModelRefused, match="holds no model"):
        store.save(tmp_path / "mine", fitted(), {"name": "toy"})
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


@pytest.mark.parametrize(("also", "replaced"), [(".gitignore", True), ("calibration-lively.svg", True), ("plan.svg", False)])
def test_replaces_what_dvc_leaves_of_a_model(store: ModelStore, tmp_path: Path, also: str, replaced: bool) -> None:
    """Before a stage runs again DVC takes model, card and metrics; pictures and its .gitignore stay; more is somebody's."""
    folder = store.save(tmp_path / "mine", fitted(), {"name": "toy"}, "# Card", {"confusion.svg": "<svg/>"}).path
    for name in ("model.skops", "card.md", "model.json"):
        (folder / name).unlink()
    (folder / also).write_text("/model.skops")
    if not replaced:
        with pytest.raises(ModelRefused, match="holds no model"):
            store.save(folder, fitted(), {"name": "toy"})
        return
    store.save(folder, fitted(), {"name": "toy"})
    assert sorted(one.name for one in folder.iterdir()) == ["card.md", "model.json", "model.skops"]


def test_probe_notices_other_answers(store: ModelStore, tmp_path: Path) -> None:
    """Under another scikit-learn a model is used only if it still answers its probe as it did."""
    model = fitted()
    meta = {"name": "toy", "probe": probe(model, {"": X[:2]})}
    store.save(tmp_path / "probed", model, meta)
    edit(tmp_path / "probed", scikit_learn="0.1")
    assert "probe answers are the same" in store.open(tmp_path / "probed").notes[0]
    store.save(tmp_path / "other", fitted(0.001), meta)
    edit(tmp_path / "other", scikit_learn="0.1")
    with pytest.raises(ModelRefused, match="does not answer as it did"):
        store.open(tmp_path / "other")


def test_promote_refuses_another_name(store: ModelStore, tmp_path: Path) -> None:
    """A part model cannot be promoted as an approach model."""
    store.save(tmp_path / "x", fitted(), {"name": "toy"})
    with pytest.raises(ModelRefused, match="is a model 'toy'"):
        store.promote("tone", tmp_path / "x")


def test_import_is_cheap() -> None:
    """Importing the store, the parts and the delivery loads neither scikit-learn nor skops."""
    code = (
        "import sys, vmaudio.classify.registry, vmaudio.classify.structure, vmaudio.classify.delivery; "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'skops')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_store_from_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder given comes before the setting, and the setting before the user's data folder; a tilde is the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VMAUDIO_MODELS_DIR", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert ModelStore.from_settings().user_dir.name == "models"
    monkeypatch.setenv("VMAUDIO_MODELS_DIR", "~/mine")
    assert ModelStore.from_settings().user_dir == ModelStore().user_dir == tmp_path / "home" / "mine"
    assert ModelStore.from_settings(str(tmp_path / "given")).user_dir == tmp_path / "given"


def test_the_same_model_has_the_same_bytes(tmp_path: Path) -> None:
    """Written twice, from objects that lie elsewhere in memory, a model has one SHA-256, and answers as before."""
    import copy
    import zipfile

    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts, labels = ["call me back", "we saw a price", "call us", "a new price"], [0, 1, 0, 1]
    fitted = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
    keep = [np.zeros(3) for _ in range(50)]  # so that the copy lies elsewhere
    both = [{"a": one, "matrix": np.eye(2)} for one in (fitted, copy.deepcopy(fitted))]
    store = ModelStore(tmp_path)
    folders = [store.save(tmp_path / "part" / str(i), one, {"name": "part"}) for i, one in enumerate(both)]
    assert len({folder.meta()["sha256"] for folder in folders}) == 1
    assert keep
    again = store.open(folders[0].path).estimator
    np.testing.assert_array_equal(again["a"].predict_proba(texts), fitted.predict_proba(texts))
    np.testing.assert_array_equal(again["matrix"], np.eye(2))
    with zipfile.ZipFile(folders[0].path / "model.skops") as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert all(name.split(".")[0].isdigit() for name in archive.namelist() if name != "schema.json")


TRAIN = """
import sys
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from vmaudio.classify import ModelStore
texts, labels = ["call me back", "we saw a price", "call us", "a new price"] * 3, ["a", "b", "a", "b"] * 3
keep = [bytes(i) for i in range(len(sys.argv[2]) * 1000)]  # so that objects lie elsewhere in memory
model = CalibratedClassifierCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), cv=2, ensemble=False)
folder = ModelStore(sys.argv[1]).save(sys.argv[1] + "/part/1", {"given": model.fit(texts, labels)}, {"name": "part"})
print(folder.meta()["sha256"])
"""


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """With other seeds of Python's hashes and other places in memory; text pipelines are what the label models are made of."""
    found = set()
    for seed in ("1", "22"):
        done = subprocess.run(
            [sys.executable, "-c", TRAIN, str(tmp_path / seed), seed],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.add(done.stdout.strip())
    assert len(found) == 1
    model = ModelStore(tmp_path / "1").open(tmp_path / "1" / "part" / "1").estimator["given"]
    assert model.predict(["call me", "the price"]).tolist() == ["a", "b"]
