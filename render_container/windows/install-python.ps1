# Installs Python for all users from python.org, and nothing if that version is there already.
param(
    [Parameter(Mandatory = $true)][string] $Version,
    # SHA-256 of python-<version>-amd64.exe, in hexadecimal digits.
    [Parameter(Mandatory = $true)][string] $Checksum,
    [string] $Target = "C:\Python"
)
$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"

$python = Join-Path $Target "python.exe"
if ((Test-Path -LiteralPath $python) -and (& $python --version) -eq "Python $Version") {
    Write-Output "Python $Version is there"
    exit 0
}

$installer = Join-Path $env:TEMP "python-$Version-amd64.exe"
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
$url = "https://www.python.org/ftp/python/$Version/python-$Version-amd64.exe"
Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $installer
$found = (Get-FileHash -LiteralPath $installer -Algorithm SHA256).Hash
if ($found -ne $Checksum) {
    throw "$url has the SHA-256 $found, not $Checksum"
}

$options = "/quiet", "InstallAllUsers=1", "TargetDir=$Target", "PrependPath=1", "Include_test=0",
    "Include_doc=0", "Include_tcltk=0", "Include_launcher=0", "Shortcuts=0"
$process = Start-Process -FilePath $installer -ArgumentList $options -Wait -PassThru
Remove-Item -LiteralPath $installer
if ($process.ExitCode -ne 0) {
    throw "Python's installer ended with $($process.ExitCode)"
}
& $python --version
if ($LASTEXITCODE -ne 0) {
    throw "Python does not start"
}
