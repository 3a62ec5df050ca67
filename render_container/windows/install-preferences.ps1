# Copies After Effects' preferences, which hold the templates, to the user that runs this. The
# package has them by version, as they lie in %APPDATA%\Adobe\After Effects: Preferences\26.2\...
param([Parameter(Mandatory = $true)][string] $Package)
$ErrorActionPreference = "Stop"

$preferences = Join-Path $Package "Preferences"
if (-not (Test-Path -LiteralPath $preferences)) {
    throw "$preferences is missing: make the templates first (docs/windows.md)"
}
$target = Join-Path $env:APPDATA "Adobe\After Effects"
New-Item -ItemType Directory -Force -Path $target | Out-Null
Copy-Item -Path (Join-Path $preferences "*") -Destination $target -Recurse -Force
