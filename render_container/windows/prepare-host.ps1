# Makes a Windows Server 2022 (ECS-optimised, with a G-instance's GPU) into a machine of the GPU
# fleet, to be saved as an AMI. Run it as administrator; it may be run again at any time: what is
# done is left alone, each step is checked, and the first that fails ends it.
#
#   prepare-host.ps1 -AfterEffects D:\after-effects -Image <account>.dkr.ecr...:0.1.0 [-Year 2026]
#
# Ends with 3010 when Windows has to be restarted (after the driver): restart, and run it again.
param(
    # Folder with After Effects, its preferences and fonts, see docs/windows.md.
    [Parameter(Mandatory = $true)][string] $AfterEffects,
    # The worker's image, pulled so that no task waits for it; empty: none (gpuMode host needs one).
    [string] $Image = "",
    [string] $Year = "",
    [string] $PythonVersion = "3.11.9",
    [string] $PythonSha256 = "5ee42c4eee1e6b4464bb23722f90b45303f79442df63083f05322f1785f5fdde"
)
$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"

$source = (Resolve-Path (Join-Path $PSScriptRoot "..\..")).Path
$place = "C:\intarsia"
$scripts = "$place\render_container\windows"
$python = "C:\Python\python.exe"
$spool = "C:\ProgramData\Intarsia\spool"
$user = "render"
$service = "IntarsiaHostAgent"
# ContainerAdministrator and ContainerUser, as the host sees them in process-isolated containers.
$containers = "*S-1-5-93-2-1", "*S-1-5-93-2-2"

function Step([string] $Name, [scriptblock] $Done, [scriptblock] $Do) {
    if (& $Done) {
        Write-Output "${Name}: is done"
        return
    }
    Write-Output "${Name}: ..."
    & $Do
    if (-not (& $Done)) {
        throw "$Name did not come about"
    }
    Write-Output "${Name}: done"
}

function Invoke-Checked([string] $Program, [string[]] $Words) {
    & $Program @Words
    if ($LASTEXITCODE -ne 0) {
        throw "$Program ended with $LASTEXITCODE"
    }
}

function New-Password {
    $bytes = New-Object byte[] 24
    $random = [Security.Cryptography.RandomNumberGenerator]::Create()
    $random.GetBytes($bytes)
    # The end has every kind of character that Windows' policy asks for.
    [Convert]::ToBase64String($bytes) + "aA1!"
}

# Runs a command as the user that renders, who is signed in nowhere; its exit code.
function Invoke-AsRender([string] $Command) {
    $name = "intarsia-prepare"
    $log = "C:\ProgramData\Intarsia\$name.log"
    # A script's own exit code counts, not one that an earlier command left.
    $words = "-NoProfile -ExecutionPolicy Bypass -Command `"`$global:LASTEXITCODE = 0;" +
        " & { $Command } *> '$log'; exit `$LASTEXITCODE`""
    $action = New-ScheduledTaskAction -Execute "powershell.exe" -Argument $words -WorkingDirectory $place
    Register-ScheduledTask -TaskName $name -Action $action -User $user -Password $script:password `
        -Force | Out-Null
    try {
        Start-ScheduledTask -TaskName $name
        # Not yet run, running, queued: https://learn.microsoft.com/windows/win32/taskschd
        do {
            Start-Sleep -Seconds 1
            $result = (Get-ScheduledTaskInfo -TaskName $name).LastTaskResult
        } while ($result -in 267011, 267009, 267045)
        Get-Content -LiteralPath $log -ErrorAction SilentlyContinue | Write-Host
        $result
    } finally {
        Unregister-ScheduledTask -TaskName $name -Confirm:$false
    }
}

# secedit is the only way that Windows itself offers: write the rights out, add one, read them in.
function Grant-Logon([string] $Right, [string] $Sid) {
    $file = Join-Path $env:TEMP "rights.inf"
    $database = Join-Path $env:TEMP "rights.sdb"
    Invoke-Checked "secedit.exe" @("/export", "/areas", "USER_RIGHTS", "/cfg", $file, "/quiet")
    $holders = ""
    foreach ($line in Get-Content -LiteralPath $file) {
        if ($line -match "^$Right\s*=\s*(.*)$") {
            $holders = $Matches[1]
        }
    }
    if ($holders -notlike "*$Sid*") {
        $all = (@($holders, "*$Sid") | Where-Object { $_ }) -join ","
        $lines = '[Unicode]', 'Unicode=yes', '[Version]', 'signature="$CHICAGO$"', 'Revision=1',
            '[Privilege Rights]', "$Right = $all"
        Set-Content -LiteralPath $file -Value $lines -Encoding Unicode
        Invoke-Checked "secedit.exe" @("/configure", "/db", $database, "/cfg", $file, "/areas",
            "USER_RIGHTS", "/quiet")
    }
    Remove-Item -LiteralPath $file, $database -ErrorAction SilentlyContinue
}

$principal = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw "Run this as administrator"
}

# --- Windows leaves renders alone ---------------------------------------------------------------

$policy = "HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU"
Step "no updates and no restarts" {
    (Get-ItemProperty -Path $policy -ErrorAction SilentlyContinue).NoAutoUpdate -eq 1
} {
    # A new AMI brings updates; a machine lives for hours.
    New-Item -Path $policy -Force | Out-Null
    Set-ItemProperty -Path $policy -Name NoAutoUpdate -Value 1 -Type DWord
    Stop-Service -Name wuauserv -ErrorAction SilentlyContinue
    Set-Service -Name wuauserv -StartupType Disabled
}

$reporting = "HKLM:\SOFTWARE\Microsoft\Windows\Windows Error Reporting"
Step "no dialog when a program crashes" {
    (Get-ItemProperty -Path $reporting -ErrorAction SilentlyContinue).DontShowUI -eq 1
} {
    Set-ItemProperty -Path $reporting -Name DontShowUI -Value 1 -Type DWord
}

Step "paging file of 32 to 64 GiB" {
    $settings = Get-CimInstance Win32_PageFileSetting
    -not (Get-CimInstance Win32_ComputerSystem).AutomaticManagedPagefile -and
        $settings -and $settings.InitialSize -eq 32768
} {
    Get-CimInstance Win32_ComputerSystem |
        Set-CimInstance -Property @{ AutomaticManagedPagefile = $false }
    Get-CimInstance Win32_PageFileSetting | Remove-CimInstance
    New-CimInstance Win32_PageFileSetting -Property @{
        Name = "C:\pagefile.sys"; InitialSize = [uint32]32768; MaximumSize = [uint32]65536
    } | Out-Null
}

# --- The GPU ------------------------------------------------------------------------------------

$smi = Join-Path $env:SystemRoot "System32\nvidia-smi.exe"
if (-not (Test-Path -LiteralPath $smi)) {
    Write-Output "GRID driver: ..."
    # AWS licenses it for its G instances; the machine's role must be allowed to read the bucket.
    $found = Get-S3Object -BucketName "ec2-windows-nvidia-drivers" -KeyPrefix "latest" -Region us-east-1 |
        Where-Object { $_.Key -match 'server2022.*\.exe$' } | Select-Object -First 1
    if (-not $found) {
        throw "s3://ec2-windows-nvidia-drivers/latest has no driver for Windows Server 2022"
    }
    $installer = Join-Path $env:TEMP "grid.exe"
    Read-S3Object -BucketName "ec2-windows-nvidia-drivers" -Key $found.Key -File $installer `
        -Region us-east-1 | Out-Null
    $signature = Get-AuthenticodeSignature -LiteralPath $installer
    if ($signature.Status -ne "Valid" -or $signature.SignerCertificate.Subject -notlike "*NVIDIA*") {
        throw "$($found.Key) is not signed by NVIDIA"
    }
    $process = Start-Process -FilePath $installer -ArgumentList "-s", "-noreboot" -Wait -PassThru
    Remove-Item -LiteralPath $installer
    if ($process.ExitCode -notin 0, 1) {
        throw "The GRID driver's installer ended with $($process.ExitCode)"
    }
    if (-not (Test-Path -LiteralPath $smi)) {
        throw "The GRID driver was not installed from $($found.Key)"
    }
    Write-Output "GRID driver: done; restart Windows and run this again"
    exit 3010
}
& $smi | Out-Null
if ($LASTEXITCODE -ne 0) {
    throw "nvidia-smi ended with ${LASTEXITCODE}: restart Windows, or is this not a G instance?"
}
Write-Output "GRID driver: is done"

# --- Python, the worker, After Effects ----------------------------------------------------------

if ($source -ne $place) {
    Write-Output "worker: copied to $place"
    foreach ($part in "intarsia", "render_container") {
        $target = Join-Path $place $part
        Remove-Item -LiteralPath $target -Recurse -Force -ErrorAction SilentlyContinue
        New-Item -ItemType Directory -Force -Path $place | Out-Null
        Copy-Item -LiteralPath (Join-Path $source $part) -Destination $target -Recurse
    }
}
& "$scripts\install-python.ps1" -Version $PythonVersion -Checksum $PythonSha256
& "$scripts\install-worker.ps1" -Source $place
# Folders of C:\ can be written to by every user, and After Effects runs scripts of strangers.
foreach ($folder in $place, "C:\Python") {
    Invoke-Checked "icacls.exe" @($folder, "/inheritance:r", "/grant:r", "*S-1-5-18:(OI)(CI)F",
        "*S-1-5-32-544:(OI)(CI)F", "*S-1-5-32-545:(OI)(CI)RX")
}
[Environment]::SetEnvironmentVariable("PYTHONPATH", $place, "Machine")
$env:PYTHONPATH = $place

& "$scripts\install-after-effects.ps1" -Package $AfterEffects -Year $Year
& "$scripts\install-startup-script.ps1" -Source $place
# Here for all users and beside After Effects, where only an administrator can; below for the other.
& "$scripts\mark-render-only.ps1"
& "$scripts\install-fonts.ps1" -Source "$place\render_container\compositor\fonts"
if (Test-Path -LiteralPath (Join-Path $AfterEffects "Fonts")) {
    & "$scripts\install-fonts.ps1" -Source (Join-Path $AfterEffects "Fonts")
}

# --- The user that renders, and its spool -------------------------------------------------------

# A new password at every run: it is needed below, and kept by nobody but Windows.
$password = New-Password
$secret = ConvertTo-SecureString $password -AsPlainText -Force
if (Get-LocalUser -Name $user -ErrorAction SilentlyContinue) {
    Set-LocalUser -Name $user -Password $secret
} else {
    New-LocalUser -Name $user -Password $secret -PasswordNeverExpires -UserMayNotChangePassword `
        -Description "Runs After Effects for Intarsia" | Out-Null
}
$sid = (Get-LocalUser -Name $user).SID.Value
Grant-Logon "SeServiceLogonRight" $sid
Grant-Logon "SeBatchLogonRight" $sid

# After Effects runs scripts of strangers as this user: the machine's role is not theirs.
$rule = "Intarsia: no machine role for $user"
Remove-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue
New-NetFirewallRule -DisplayName $rule -Direction Outbound -Action Block `
    -RemoteAddress "169.254.169.254" -LocalUser "D:(A;;CC;;;$sid)" | Out-Null

New-Item -ItemType Directory -Force -Path $spool | Out-Null
# Nobody else on the machine: whoever writes here tells After Effects what to render.
Invoke-Checked "icacls.exe" (@($spool, "/inheritance:r", "/grant:r", "*S-1-5-18:(OI)(CI)F",
    "*S-1-5-32-544:(OI)(CI)F", "${user}:(OI)(CI)M") + ($containers | ForEach-Object { "${_}:(OI)(CI)M" }))
[Environment]::SetEnvironmentVariable("INTARSIA_SPOOL", $spool, "Machine")
Invoke-Checked "icacls.exe" @("C:\ProgramData\Intarsia", "/grant", "${user}:(OI)(CI)M")

$package = (Resolve-Path -LiteralPath $AfterEffects).Path
$steps = "mark-render-only.ps1", "install-preferences.ps1 -Package '$package'", "warm-up.ps1"
foreach ($step in $steps) {
    $code = Invoke-AsRender "& $scripts\$step"
    if ($code -ne 0) {
        throw "$step as $user ended with $code"
    }
    Write-Output "$step as ${user}: done"
}

# --- The agent ----------------------------------------------------------------------------------

Invoke-Checked $python @("-m", "win32.scripts.pywin32_postinstall", "-install", "-silent")
$verb = if (Get-Service -Name $service -ErrorAction SilentlyContinue) { "update" } else { "install" }
Stop-Service -Name $service -ErrorAction SilentlyContinue
Invoke-Checked $python @("-m", "render_container.host.windows_service", "--startup", "auto",
    "--username", ".\$user", "--password", $password, $verb)
# Of the service alone: the environment of the machine reaches services only after a restart.
$environment = "INTARSIA_SPOOL=$spool", "PYTHONPATH=$place", "PYTHONUTF8=1"
New-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\$service" -Name Environment `
    -Value $environment -PropertyType MultiString -Force | Out-Null
Start-Service -Name $service
Write-Output "agent: $verb, started"

# --- The image ----------------------------------------------------------------------------------

if ($Image) {
    Step "image $Image" {
        [bool](& docker images --quiet $Image)
    } {
        $registry = $Image.Split("/")[0]
        (Get-ECRLoginCommand).Password | & docker login --username AWS --password-stdin $registry
        Invoke-Checked "docker" @("pull", $Image)
    }
}

# --- And does it all work? ----------------------------------------------------------------------

$doctor = "`$env:INTARSIA_SPOOL = '$spool'; `$env:PYTHONPATH = '$place'; & $python" +
    " -m render_container.worker.main doctor --part machine"
if ((Invoke-AsRender $doctor) -ne 0) {
    throw "The doctor found a problem"
}
Write-Output "This machine is ready to be saved as an AMI: EC2Launch reset, shut down, create image"
