@echo off
rem Finds a Python that is new enough and hands over to bootstrap.py beside this file. %TUNEWRIGHT_PYTHON% decides where set.
setlocal
set "check=import sys; sys.exit(sys.version_info < (3, 10))"
if defined TUNEWRIGHT_PYTHON (
  "%TUNEWRIGHT_PYTHON%" -ISc "%check%" >nul 2>&1 && goto named
  echo TUNEWRIGHT_PYTHON is %TUNEWRIGHT_PYTHON%, which is no Python 3.10 or newer. Correct it or unset it.>&2
  exit /b 127
)
py -3 -ISc "%check%" >nul 2>&1 && goto launcher
python -ISc "%check%" >nul 2>&1 && goto plain
echo Tunewright needs Python 3.10 or newer, and none is on PATH. Install one, or name it in TUNEWRIGHT_PYTHON.>&2
exit /b 127
:named
"%TUNEWRIGHT_PYTHON%" -I -S "%~dp0bootstrap.py" %*
exit /b %errorlevel%
:launcher
py -3 -I -S "%~dp0bootstrap.py" %*
exit /b %errorlevel%
:plain
python -I -S "%~dp0bootstrap.py" %*
exit /b %errorlevel%
