"""The browser that the browser tests drive: Debian's Chromium, or one that JOURNEYWORK_CHROMIUM names."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation")
MISSING = (
    "Chromium is missing, so the browser tests fail. Install it (on Debian: apt-get install chromium), "
    "or name it with JOURNEYWORK_CHROMIUM=/path/to/chromium."
)


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("JOURNEYWORK_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install_chromium() -> bool:
    """Install Debian's Chromium when we are root and there is `apt-get`; returns whether it is there now.

    Nothing is installed when JOURNEYWORK_CHROMIUM names one: then that one is wanted.
    """
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0 or os.environ.get("JOURNEYWORK_CHROMIUM"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        subprocess.run([apt, *words], env=environment, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    return find_chromium() is not None
