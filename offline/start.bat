@echo off
rem The first start makes the environment from the wheels in this folder; no network is used.
rem Untested: the wheels must have been built on Windows ("python offline\build.py").
chcp 65001 >nul
cd /d "%~dp0"
set /p WANTED=<python.txt
set PYTHONUTF8=1
if exist env\ready goto run
echo 第一次启动，正在准备，约需几分钟…… First start: this takes a few minutes ...
if exist env rmdir /s /q env
py -%WANTED% -m venv env
if errorlevel 1 goto missing
env\Scripts\python -m pip --isolated --disable-pip-version-check install --quiet --no-index --find-links wheels jinguo
if errorlevel 1 goto wrong
env\Scripts\jinguo replay libei --set village.women=60 --lang zh --out env\check.html
if errorlevel 1 goto wrong
echo ready>env\ready
:run
env\Scripts\jinguo dashboard --lang zh --folder . %*
goto :eof
:missing
echo 需要先安装 Python %WANTED%（64 位）。 Please install Python %WANTED% (64 bit) first.
pause
exit /b 1
:wrong
echo 安装未成功，请把上面的文字拍照发给提供者。 The installation failed; see the lines above.
pause
exit /b 1
