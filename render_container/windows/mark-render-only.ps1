# Puts the empty files in place by which After Effects renders without asking for a licence or a
# sign-in: for the user that runs this, for all users, and beside each installation. Adobe names the
# user's Documents and the public Documents\Adobe; the others are those that people found to be
# asked for. `intarsia-worker doctor` looks for the same files.
$ErrorActionPreference = "Stop"

$folders = @(
    (Join-Path $env:USERPROFILE "Documents"),
    (Join-Path $env:USERPROFILE "Documents\Adobe"),
    (Join-Path $env:PUBLIC "Documents"),
    (Join-Path $env:PUBLIC "Documents\Adobe")
)
$folders += Get-ChildItem -Path (Join-Path $env:ProgramFiles "Adobe") -Directory `
    -Filter "*After Effects 20*" -ErrorAction SilentlyContinue |
    ForEach-Object { Join-Path $_.FullName "Support Files" }

foreach ($folder in $folders) {
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
    foreach ($name in "ae_render_only_node.txt", "ae_render_only.txt") {
        $file = Join-Path $folder $name
        if (-not (Test-Path -LiteralPath $file)) {
            New-Item -ItemType File -Path $file | Out-Null
        }
    }
}
