# Installs what the worker needs from requirements.lock, hashes checked, and takes out the rest
# (the CDK, the emulator, the tests' tools).
param(
    [Parameter(Mandatory = $true)][string] $Source,
    [string] $Python = "C:\Python\python.exe"
)
$ErrorActionPreference = "Stop"

function Invoke-Python([string[]] $Words) {
    & $Python @Words
    if ($LASTEXITCODE -ne 0) {
        throw "python $($Words -join ' ') ended with $LASTEXITCODE"
    }
}

$lock = Join-Path $Source "requirements.lock"
Invoke-Python "-m", "pip", "install", "--no-cache-dir", "--no-warn-script-location",
    "--require-hashes", "--requirement", $lock

$others = Join-Path $env:TEMP "others.txt"
$script = Join-Path $Source "setup\worker_packages.py"
$names = & $Python $script --others
if ($LASTEXITCODE -ne 0) {
    throw "$script ended with $LASTEXITCODE"
}
if ($names) {
    Set-Content -LiteralPath $others -Value $names -Encoding Ascii
    Invoke-Python "-m", "pip", "uninstall", "--yes", "--quiet", "--requirement", $others
    Remove-Item -LiteralPath $others
}

Invoke-Python "-m", "compileall", "-q", (Join-Path $Source "intarsia"),
    (Join-Path $Source "render_container")
