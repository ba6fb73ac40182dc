@echo off
rem The same two commands on Windows: make demo, make test.
setlocal
if not exist .venv\Scripts\rcc.exe (
    py -3 -c "import sys; sys.exit(sys.version_info < (3, 11) and 'rcc needs Python 3.11 or newer')" || exit /b 1
    py -3 -m venv .venv || exit /b 1
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || exit /b 1
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || exit /b 1
)
if "%1"=="demo" ( .venv\Scripts\rcc demo & exit /b )
if "%1"=="test" ( .venv\Scripts\python -m pytest -n auto & exit /b )
echo Say: make demo, or: make test
exit /b 2
