# Puts Intarsia's startup script into each After Effects, beside Adobe's own, which stay as they
# are. It does nothing unless a render brings a plan.
param(
    [Parameter(Mandatory = $true)][string] $Source,
    [string] $Python = "C:\Python\python.exe"
)
$ErrorActionPreference = "Stop"

$env:PYTHONPATH = $Source
$ask = "from render_container.injection.extendscript import STARTUP_SCRIPT; print(STARTUP_SCRIPT)"
$script = & $Python -c $ask
if ($LASTEXITCODE -ne 0) {
    throw "The worker does not say where its startup script is"
}

$places = @(
    Get-ChildItem -Path (Join-Path $env:ProgramFiles "Adobe") -Directory -Filter "*After Effects 20*" |
        ForEach-Object { Join-Path $_.FullName "Support Files\Scripts\Startup" } |
        Where-Object { Test-Path -LiteralPath $_ }
)
if ($places.Count -eq 0) {
    throw "There is no After Effects with a folder Scripts\Startup"
}
foreach ($place in $places) {
    # Startup scripts run in the order of their names: after Adobe's commandLineRenderer.jsx.
    Copy-Item -LiteralPath $script -Destination (Join-Path $place "zz_intarsia.jsx") -Force
}
