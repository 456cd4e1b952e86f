"""The wheel, installed into an empty environment, works as a user's would."""

import configparser
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from vmaudio.rubric import CHECKS

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


def test_what_travels_in_the_wheel(wheel):
    """Models, rubrics, migrations and templates travel in the wheel; tests and samples stay behind."""
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("part", "approach", "tone"):
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
    assert not any(name.startswith(("tests/", "samples/", "benchmarks/", "labels/")) for name in names)


def test_doctor_and_check_in_an_empty_environment(installed, home):
    """doctor finds everything, check scores a sample with the default recogniser, and batch fills a database."""
    (sample,) = (ROOT / "samples").glob("01_*.wav")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VMAUDIO_", "PYTHON", "XDG_"))}
    env = clean | {"HOME": str(home)}
    assert "Everything that a check needs is here." in call(installed, "doctor", cwd=home, env=env).stdout
    row = json.loads(call(installed, "check", "--json", sample, cwd=home, env=env).stdout)
    assert row["transcript"]["engine"] == "openai-whisper:base"
    assert row["transcript"]["words"] if "words" in row["transcript"] else row["transcript"]["segments"]
    assert row["score"]["points"] is not None
    call(installed, "batch", sample, "--engine", "openai-whisper:tiny.en", cwd=home, env=env)
    assert '"messages": 1' in call(installed, "db", "info", "--json", cwd=home, env=env).stdout
