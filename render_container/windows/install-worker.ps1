# Installs what the worker needs, hashes checked.
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

$lock = Join-Path $Source "render_container\requirements.lock"
Invoke-Python "-m", "pip", "install", "--no-cache-dir", "--no-warn-script-location",
    "--require-hashes", "--requirement", $lock

Invoke-Python "-m", "compileall", "-q", (Join-Path $Source "intarsia"),
    (Join-Path $Source "render_container")
