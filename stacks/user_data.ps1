<powershell>
# Joins this machine to the ECS cluster. Runs at every start (persist, below): the proxy that
# hands task roles to containers does not outlive a restart.
$ErrorActionPreference = "Stop"

function Set-AgentOption([string] $Name, [string] $Value) {
    [Environment]::SetEnvironmentVariable($Name, $Value, "Machine")
}

# Tasks write their logs with their execution role, not with the machine's.
Set-AgentOption "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE" "true"
# The worker's image is baked into the machine's; it is large, so it is neither pulled again
# nor cleaned away, and a pull that must be has time.
Set-AgentOption "ECS_IMAGE_PULL_BEHAVIOR" "prefer-cached"
Set-AgentOption "ECS_DISABLE_IMAGE_CLEANUP" "true"
Set-AgentOption "ECS_IMAGE_PULL_INACTIVITY_TIMEOUT" "20m"
Set-AgentOption "ECS_CONTAINER_CREATE_TIMEOUT" "15m"
Set-AgentOption "ECS_CONTAINER_START_TIMEOUT" "15m"
Set-AgentOption "ECS_CONTAINER_STOP_TIMEOUT" "90s"
# No new tasks on a machine that Spot takes back.
Set-AgentOption "ECS_ENABLE_SPOT_INSTANCE_DRAINING" "true"

# Where tasks hand renders to the agent that drives After Effects. The machine's image has made it,
# with who may write there (prepare-host.ps1); without After Effects nothing waits in it.
$spool = "C:\ProgramData\Intarsia\spool"
if (-not (Test-Path -LiteralPath $spool)) {
    New-Item -ItemType Directory -Force -Path $spool | Out-Null
}

# A render that cannot find the agent waits for it in vain: no tasks until it runs.
$agent = Get-Service -Name "IntarsiaHostAgent" -ErrorAction SilentlyContinue
if ($agent -and $agent.Status -ne "Running") {
    Start-Service -InputObject $agent
}

Import-Module ECSTools
Initialize-ECSAgent -Cluster "{{cluster}}" -EnableTaskIAMRole -LoggingDrivers '["json-file","awslogs"]'
</powershell>
<persist>true</persist>
