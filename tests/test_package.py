"""What is installed is what is here, and importing it stays cheap."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, "."]
    subprocess.run([*map(str, command), "--disable-pip-version-check"], cwd=REPOSITORY, check=True, timeout=120)
    return next(folder.glob("mtlsguard-*.whl"))


def test_the_wheel_holds_every_module_and_the_typing_mark(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("mtlsguard/")}
    here = {str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "mtlsguard").rglob("*.py")}
    assert here | {"mtlsguard/py.typed"} == packed


def test_the_wheel_holds_the_adapters_beside_it(wheel: Path) -> None:
    adapters = REPOSITORY / "adapters"
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if "_mtlsguard/" in name}
    here = {str(path.relative_to(adapters)) for kind in ("*.py", "py.typed") for path in adapters.rglob(kind)}
    assert here == packed


def test_the_wheel_works_outside_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    modules = "mtlsguard, mtlsguard.asgi, mtlsguard.wsgi, mtlsguard.redact, flask_mtlsguard, starlette_mtlsguard"
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {modules}; print(mtlsguard.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == tmp_path / "mtlsguard" / "__init__.py"


def test_frameworks_and_loggers_are_not_imported_for_everybody() -> None:
    program = "import sys, mtlsguard.asgi, mtlsguard.wsgi, mtlsguard.redact; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"structlog", "asgiref", "starlette", "django", "flask", "uvicorn", "mtlsguard.testing"}
