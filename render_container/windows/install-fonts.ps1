# Makes the fonts in a folder known to every user of this machine or image.
param([Parameter(Mandatory = $true)][string] $Source)
$ErrorActionPreference = "Stop"

$key = "HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts"
$kinds = @{ ".ttf" = "TrueType"; ".ttc" = "TrueType"; ".otf" = "OpenType"; ".otc" = "OpenType" }

Get-ChildItem -Path $Source -Recurse -File |
    Where-Object { $kinds.ContainsKey($_.Extension.ToLowerInvariant()) } |
    ForEach-Object {
        $target = Join-Path $env:SystemRoot "Fonts\$($_.Name)"
        if (-not (Test-Path -LiteralPath $target)) {
            Copy-Item -LiteralPath $_.FullName -Destination $target
        }
        $label = "$($_.BaseName) ($($kinds[$_.Extension.ToLowerInvariant()]))"
        New-ItemProperty -Path $key -Name $label -Value $_.Name -PropertyType String -Force |
            Out-Null
    }
