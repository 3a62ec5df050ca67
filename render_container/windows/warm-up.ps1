# Starts After Effects once, so that what it writes at its first start (the list of fonts, the cache
# of plug-ins, preferences) is in the image and no render waits for it. Starting may end with any
# exit code; what counts is that it ends, and what doctor finds afterwards.
param([int] $Seconds = 600)
$ErrorActionPreference = "Stop"

$renderers = Get-ChildItem -Path (Join-Path $env:ProgramFiles "Adobe") -Directory `
    -Filter "*After Effects 20*" |
    ForEach-Object { Join-Path $_.FullName "Support Files\AfterFX.com" } |
    Where-Object { Test-Path -LiteralPath $_ }

foreach ($renderer in $renderers) {
    $process = Start-Process -FilePath $renderer -ArgumentList "-noui", "-m", "-s", '"app.quit()"' `
        -PassThru
    if (-not $process.WaitForExit($Seconds * 1000)) {
        # The whole tree: AfterFX.exe would stay.
        & taskkill.exe /F /T /PID $process.Id | Out-Null
        throw "$renderer did not end within $Seconds seconds: a dialog may be waiting"
    }
    Write-Output "$renderer ended with $($process.ExitCode)"
}
