"""The wheel, installed into an empty environment, works as a user's would."""

import configparser
import hashlib
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.test_public import PUBLIC
from vmaudio.rubric import CHECKS
from vmaudio.transcribe.recognisers import SHIPPED

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.install


def call(*args, **options):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, timeout=900, **options)
    assert done.returncode == 0, f"{args}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", target, ROOT)
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The console script in a fresh environment that has the wheel and what it asks for, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=True)
    pip = folder / "bin" / "python"
    call(pip, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", f"{wheel}[weights]", cwd=folder)
    return folder / "bin" / "vmaudio"


def clean_environment(home):
    """The environment variables of a user who has set nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VMAUDIO_", "PYTHON", "XDG_"))}
    return clean | {"HOME": str(home)}


def test_what_travels_in_the_wheel(wheel):
    """Models, rubrics, migrations and templates travel in the wheel; tests and samples stay behind."""
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("part", "approach", "tone", "reason"):
        assert f"vmaudio/_models/{part}/CURRENT" in names
        assert any(name.startswith(f"vmaudio/_models/{part}/") and name.endswith("model.skops") for name in names)
    assert "vmaudio/rubric/default.toml" in names
    assert any(name.startswith("vmaudio/store/migrations/versions/0001") for name in names)
    assert any(name.startswith("vmaudio/report/templates/") for name in names)
    (listed,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.read_string(zipfile.ZipFile(wheel).read(listed).decode())
    checks = {name: f"{function.__module__}:{function.__qualname__}" for name, function in CHECKS.items()}
    assert dict(parser["vmaudio.checks"]) == checks
    assert dict(parser["vmaudio.transcribers"]) == SHIPPED
    assert "vmaudio/py.typed" in names
    assert "vmaudio/__init__.pyi" in names
    assert not any(name.startswith(("tests/", "samples/", "benchmarks/", "labels/")) for name in names)


def test_doctor_and_check_in_an_empty_environment(installed, home):
    """doctor finds everything, check scores a sample with the default recogniser, and batch fills a database."""
    (sample,) = (ROOT / "samples").glob("01_*.wav")
    env = clean_environment(home)
    assert "Everything that a check needs is installed." in call(installed, "doctor", cwd=home, env=env).stdout
    row = json.loads(call(installed, "check", "--json", sample, cwd=home, env=env).stdout)
    assert row["transcript"]["engine"] == "openai-whisper:base"
    assert row["transcript"]["words"] if "words" in row["transcript"] else row["transcript"]["segments"]
    assert row["score"]["points"] is not None
    call(installed, "batch", sample, "--engine", "openai-whisper:tiny.en", cwd=home, env=env)
    assert '"messages": 1' in call(installed, "db", "info", "--json", cwd=home, env=env).stdout


LIBRARY = """
import json, sys, vmaudio

silence, place = sys.argv[1:]
result = vmaudio.analyze(silence, engine="openai-whisper:tiny.en", rep="Maren Oakley")
found = vmaudio.find_entities("Hi Nell, this is Omar Haddad from Tidewater Glass. Call me at 914-555-0148.")
store = vmaudio.open_store(place)
store.save(result)
try:
    store.to_frame()
except vmaudio.ExtraMissing as error:
    frame = str(error)
scored = vmaudio.score(result, vmaudio.load_rubric())
print(json.dumps({
    "file": vmaudio.__file__,
    "names": vmaudio.__all__,
    "status": result.transcript.status,
    "rep": result.message.rep,
    "band": scored.band,
    "same": scored.to_dict() == result.score.to_dict(),
    "count": store.count(),
    "frame": frame,
    "company": found.company.text,
    "digits": found.phones[0].digits,
    "wilson": [round(end, 3) for end in vmaudio.wilson(27, 133)],
    "failure": vmaudio.analyze(b"no sound", engine="openai-whisper:tiny.en").error,
}))
"""


def test_the_library_in_an_empty_environment(installed, home):
    """The public names and the calls of a first notebook work from a folder that has nothing of vmaudio in it."""
    python = installed.parent / "python"
    (silence,) = (ROOT / "samples").glob("31_*.wav")
    row = json.loads(call(python, "-c", LIBRARY, silence, home / "own.sqlite", cwd=home, env=clean_environment(home)).stdout)
    assert not Path(row["file"]).is_relative_to(ROOT)
    assert row["names"] == PUBLIC
    assert (row["status"], row["rep"], row["band"], row["same"], row["count"]) == (
        "no_speech", "Maren Oakley", "unscored", True, 1
    )  # fmt: skip
    assert (row["company"], row["digits"], row["wilson"]) == ("Tidewater Glass", "9145550148", [0.143, 0.279])
    assert "pip install pandas" in row["frame"]
    assert row["failure"] == "NotAudio"


PLUGIN_RUBRIC = """
id = "thanks"
title = "Thanks"

[[check]]
id = "thanks"
title = "You say thanks"
test = "says_thanks"
weight = 2
tip = "Thank them before you hang up."
"""


def test_a_package_brings_a_recogniser_and_a_check(installed, home, tmp_path):
    """The package of docs/extending.md, installed: its engine transcribes, its check scores, doctor and models name it."""
    python, env = installed.parent / "python", clean_environment(home)
    call(python, "-m", "pip", "install", "--quiet", "--no-deps", ROOT / "tests" / "plugin_example", cwd=tmp_path)
    try:
        (sample,) = (ROOT / "samples").glob("01_*.wav")
        digest = hashlib.sha256(sample.read_bytes()).hexdigest()
        (tmp_path / "texts.json").write_text(json.dumps({digest: "Hi Dana, this is Tom Becker. Thank you."}))
        (tmp_path / "thanks.toml").write_text(PLUGIN_RUBRIC)
        asked = ("check", "--json", sample, "--engine", "archive:texts.json", "--rubric", "thanks.toml")
        row = json.loads(call(installed, *asked, cwd=tmp_path, env=env).stdout)
        assert row["transcript"]["engine"] == "archive:texts.json"
        assert row["transcript"]["text"] == "Hi Dana, this is Tom Becker. Thank you."
        assert [(check["id"], check["verdict"]) for check in row["score"]["checks"]] == [("thanks", "pass")]
        assert "archive:MODEL" in call(installed, "models", "list", cwd=tmp_path, env=env).stdout
        assert "vmaudio-archive 1.0.0" in call(installed, "doctor", cwd=tmp_path, env=env).stdout
        wanted = env | {"VMAUDIO_ENGINE": "archive:texts.json"}
        assert "no such engine" not in call(installed, "doctor", cwd=tmp_path, env=wanted).stdout
    finally:
        call(python, "-m", "pip", "uninstall", "--quiet", "--yes", "vmaudio-archive", cwd=tmp_path)
