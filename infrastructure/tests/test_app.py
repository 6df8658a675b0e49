"""The program that CDK runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT


def run(tmp_path: Path, environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={
            **os.environ,
            "CDK_OUTDIR": str(tmp_path),
            "CDK_CONTEXT_JSON": json.dumps({"env": environment}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_one_environment_is_made(tmp_path: Path) -> None:
    result = run(tmp_path, "dev")
    assert result.returncode == 0, result.stderr
    assert [file.name for file in tmp_path.glob("*.template.json")] == ["Dbtool-dev.template.json"]


def test_an_error_is_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, "'; DROP")
    assert result.returncode == 2
    assert "infrastructure: environments/'; DROP.yaml: the file's name must be" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_elsewhere_is_no_environment(tmp_path: Path) -> None:
    result = run(tmp_path, "../environments/dev")
    assert result.returncode == 2
    assert "environments/../environments/dev.yaml: it must lie in environments/" in result.stderr
    assert not list(tmp_path.glob("*.template.json"))
