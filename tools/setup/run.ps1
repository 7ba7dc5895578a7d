# The Windows counterpart of "make run". Needs Python 3.11, 3.12 or 3.13 (64 bit) from python.org; no administrator rights.
# Not tried on a real Windows machine yet: see docs/decisions/0002-lock-files.md and installer/windows/CHECKLIST.md.
#   powershell -ExecutionPolicy Bypass -File tools\setup\run.ps1
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..\..')

$files = 'requirements\desk.txt', 'requirements\center.txt', 'requirements\demo.txt'
$now = ($files | ForEach-Object { (Get-FileHash $_ -Algorithm SHA256).Hash }) -join '-'
$stamp = '.venv\.certdesk-run'
$python = '.venv\Scripts\python.exe'

if (-not ((Test-Path $stamp) -and ((Get-Content $stamp -Raw).Trim() -eq $now))) {
    if (-not (Test-Path $python)) {
        Write-Host 'Making the virtual environment .venv ...'
        & py -3 -m venv .venv
        if ($LASTEXITCODE -ne 0) { throw 'Python 3.11, 3.12 or 3.13 was not found. Install it from python.org, then run this again.' }
    }
    Write-Host 'Installing the locked Python packages, a few minutes at most ...'
    $arguments = $files | ForEach-Object { '-r', $_ }
    & $python -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: @arguments
    if ($LASTEXITCODE -ne 0) { throw 'The packages could not be installed; the lines above say why.' }
    Set-Content -Path $stamp -Value $now
}
& $python -m demo @args
exit $LASTEXITCODE
