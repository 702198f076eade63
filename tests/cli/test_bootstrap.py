"""The script that builds the environment, on a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.started import ROOT


def test_ctrl_c_during_the_first_start_is_quiet(tmp_path: Path) -> None:
    script = tmp_path / "journeywork"
    shutil.copy(ROOT / "journeywork", script)
    (tmp_path / "requirements.lock").touch()
    words = [sys.executable, str(script), "up"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True) as first:
        assert first.stderr
        assert "first start" in first.stderr.readline()
        os.killpg(first.pid, signal.SIGINT)
        assert first.stderr.read() == ""
        assert first.wait(20) == 130
    assert not (tmp_path / ".venv" / "journeywork-ready").exists()
