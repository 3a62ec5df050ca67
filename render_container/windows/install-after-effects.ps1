# Installs After Effects from what the operator brings; what lies in the folder decides how:
#   Build\setup.exe or setup.exe    the offline package of Adobe's Admin Console
#   Support Files.zip               the Support Files of an installed machine, with -Year
# And, for either, if it is there:
#   Plug-ins\                       copied into Support Files\Plug-ins
# Nothing is downloaded, and nothing of it belongs to Intarsia. The licence is the operator's duty.
param(
    [Parameter(Mandatory = $true)][string] $Package,
    # Such as 2026; only asked for with Support Files.zip.
    [string] $Year = ""
)
$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"

$adobe = Join-Path $env:ProgramFiles "Adobe"

function Get-Installation {
    # Of this year, if one is named: a machine may have several.
    $name = if ($Year) { "*After Effects $Year*" } else { "*After Effects 20*" }
    Get-ChildItem -Path $adobe -Directory -Filter $name -ErrorAction SilentlyContinue |
        Where-Object { Test-Path -LiteralPath (Join-Path $_.FullName "Support Files\aerender.exe") }
}

function Install-FromSetup([string] $Setup) {
    $options = "--silent", "--INSTALLLANGUAGE=en_US"
    $process = Start-Process -FilePath $Setup -ArgumentList $options -Wait -PassThru
    if ($process.ExitCode -ne 0) {
        $logs = "${env:ProgramFiles(x86)}\Common Files\Adobe\Installers"
        throw "setup.exe ended with $($process.ExitCode); its logs are in $logs"
    }
}

function Install-FromZip([string] $Zip) {
    if ($Year -notmatch '^20\d\d$') {
        throw "Support Files.zip does not say its year: give -Year, such as 2026"
    }
    $target = Join-Path $adobe "Adobe After Effects $Year"
    New-Item -ItemType Directory -Force -Path $target | Out-Null
    # Not Expand-Archive: it takes hours for as many files.
    & tar.exe -x -f $Zip -C $target
    if ($LASTEXITCODE -ne 0) {
        throw "tar.exe could not unpack $Zip"
    }
    if (-not (Test-Path -LiteralPath (Join-Path $target "Support Files"))) {
        throw "$Zip must hold one folder, Support Files"
    }
}

if (Get-Installation) {
    Write-Output "After Effects is there"
} else {
    $setups = "Build\setup.exe", "setup.exe" | ForEach-Object { Join-Path $Package $_ }
    $setup = $setups | Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
    $zip = Join-Path $Package "Support Files.zip"
    if ($setup) {
        Install-FromSetup $setup
    } elseif (Test-Path -LiteralPath $zip) {
        Install-FromZip $zip
    } else {
        throw "$Package holds neither setup.exe nor Support Files.zip"
    }
}

$installations = @(Get-Installation)
if ($installations.Count -eq 0) {
    throw "There is no After Effects with an aerender.exe below $adobe afterwards"
}

$plugins = Join-Path $Package "Plug-ins"
if (Test-Path -LiteralPath $plugins) {
    foreach ($installation in $installations) {
        $target = Join-Path $installation.FullName "Support Files\Plug-ins"
        Copy-Item -Path (Join-Path $plugins "*") -Destination $target -Recurse -Force
    }
}
