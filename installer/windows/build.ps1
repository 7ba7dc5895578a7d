# Builds dist\certdesk-VERSION-setup.exe on Windows: freeze with PyInstaller, self-test, pack with NSIS.
# Not tried on a real Windows machine yet: go by CHECKLIST.md.
#   powershell -ExecutionPolicy Bypass -File installer\windows\build.ps1 [-Sign 'signtool sign /fd sha256 ... "%1"']
param([string]$Sign = '')
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..\..')
$version = (Select-String -Path pyproject.toml -Pattern '^version = "(.*)"').Matches[0].Groups[1].Value

& py -3.11 -m venv build\freeze
& build\freeze\Scripts\python.exe -m pip install --no-input --no-deps --require-hashes --only-binary :all: -r requirements\desk.txt -r requirements\build.txt
if ($LASTEXITCODE -ne 0) { throw 'packages' }
$env:PYTHONHASHSEED = '0'
& build\freeze\Scripts\pyinstaller.exe --noconfirm --clean installer\certdesk.spec
if ($LASTEXITCODE -ne 0) { throw 'freezing' }
$test = Start-Process -Wait -PassThru dist\certdesk\certdesk.exe -ArgumentList 'selftest', '--report', 'dist\selftest.txt'
Get-Content dist\selftest.txt -Encoding utf8
if ($test.ExitCode -ne 0) { throw 'self-test' }
& build\freeze\Scripts\python.exe -m tools.sbom --output dist\certdesk\_internal\sbom.cdx.json
if ($LASTEXITCODE -ne 0) { throw 'bill of materials' }
if ($Sign) { Invoke-Expression ($Sign -replace "%1", (Resolve-Path dist\certdesk\certdesk.exe)) }
$arguments = @("-DVERSION=$version", "-DFROZEN=$PWD\dist\certdesk", "-DICON=$PWD\resources\icons\certdesk.ico", "-DOUT=$PWD\dist\certdesk-$version-setup.exe")
# By the environment: quotes inside an argument do not survive the way from PowerShell to another program.
if ($Sign) { $env:CERTDESK_SIGN = $Sign; $arguments += "-DSIGNED" }
& makensis @arguments installer\windows\certdesk.nsi
exit $LASTEXITCODE
