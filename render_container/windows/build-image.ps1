# Builds the Windows image on a Windows Server of the same build as the machines that will run it.
#
#   build-image.ps1 -Tag intarsia/worker-windows:0.1.0
#       the worker alone: renders are handed to the agent on the machine (gpuMode host)
#   build-image.ps1 -Tag intarsia/worker-windows:0.1.0 -Package D:\after-effects [-Year 2026]
#       the worker with After Effects, for the CPU (gpuMode container)
#
# After Effects is installed in a container that sees the package through a mount, so no layer has
# the package in it, and the image is made of what that container became. Windows' own docker has
# no other way: its builder cannot mount anything into a step.
param(
    [Parameter(Mandatory = $true)][string] $Tag,
    # Folder with After Effects, its preferences and fonts, see docs/windows.md.
    [string] $Package = "",
    [string] $Year = "",
    # Of the base image: ltsc2022, or an exact build such as 10.0.20348.2700.
    [string] $WindowsBuild = "ltsc2022"
)
$ErrorActionPreference = "Stop"

$root = Resolve-Path (Join-Path $PSScriptRoot "..\..")
$file = Join-Path $root "render_container\Dockerfile.windows"

function Invoke-Docker {
    & docker @args
    if ($LASTEXITCODE -ne 0) {
        throw "docker $($args -join ' ') ended with $LASTEXITCODE"
    }
}

$worker = if ($Package) { "intarsia-worker-without-after-effects" } else { $Tag }
Invoke-Docker build --file $file --target worker --build-arg "WINDOWS_BUILD=$WindowsBuild" `
    --tag $worker $root
if (-not $Package) {
    exit 0
}

$installed = "intarsia-after-effects-installed"
if (& docker ps --all --quiet --filter "name=^$installed`$") {
    Invoke-Docker rm --force $installed
}
$scripts = "C:\intarsia\render_container\windows"
$steps = "& $scripts\install-after-effects.ps1 -Package C:\package -Year '$Year';" +
    " & $scripts\install-preferences.ps1 -Package C:\package;" +
    " if (Test-Path C:\package\Fonts) { & $scripts\install-fonts.ps1 -Source C:\package\Fonts }"
Invoke-Docker run --name $installed --volume "$(Resolve-Path $Package):C:\package:ro" `
    --entrypoint powershell $worker -NoProfile -ExecutionPolicy Bypass -Command `
    "`$ErrorActionPreference = 'Stop'; $steps"
Invoke-Docker commit $installed $installed
Invoke-Docker rm $installed
Invoke-Docker build --file $file --target after-effects `
    --build-arg "WINDOWS_BUILD=$WindowsBuild" --build-arg "INSTALLED=$installed" --tag $Tag $root
