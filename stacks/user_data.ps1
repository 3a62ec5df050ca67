<powershell>
# Joins this machine to the ECS cluster. Runs at every start (persist, below): the proxy that
# hands task roles to containers does not outlive a restart, and a warm machine starts twice.
$ErrorActionPreference = "Stop"
# Set where some machines boot ahead and are then stopped: they answer this group's hook.
$group = "{{group}}"

function Set-AgentOption([string] $Name, [string] $Value) {
    [Environment]::SetEnvironmentVariable($Name, $Value, "Machine")
}

# What the machine knows of itself; a token first (IMDSv2).
function Get-Metadata([string] $Path) {
    $service = "http://169.254.169.254/latest"
    $token = Invoke-RestMethod -Method Put -Uri "$service/api/token" `
        -Headers @{ "X-aws-ec2-metadata-token-ttl-seconds" = "300" }
    Invoke-RestMethod -Uri "$service/meta-data/$Path" -Headers @{ "X-aws-ec2-metadata-token" = $token }
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
# A machine that boots only to be stopped does not register.
Set-AgentOption "ECS_WARM_POOLS_CHECK" $(if ($group) { "true" } else { "false" })

# Where tasks hand renders to the agent that drives After Effects. The machine's image has made it,
# with who may write there (prepare-host.ps1); without After Effects nothing waits in it.
$spool = "C:\ProgramData\Intarsia\spool"
if (-not (Test-Path -LiteralPath $spool)) {
    New-Item -ItemType Directory -Force -Path $spool | Out-Null
}

# For the worker, which reckons what a render cost. Containers do not reach the service above.
$machine = @{
    instanceType = Get-Metadata "instance-type"
    lifecycle = Get-Metadata "instance-life-cycle"
} | ConvertTo-Json -Compress
# Not Set-Content: its UTF-8 begins with a byte order mark.
[IO.File]::WriteAllText("$spool\machine.json", $machine)

# A render that cannot find the agent waits for it in vain: no tasks until it runs.
$agent = Get-Service -Name "IntarsiaHostAgent" -ErrorAction SilentlyContinue
if ($agent -and $agent.Status -ne "Running") {
    Start-Service -InputObject $agent
}

$ahead = $group -and (Get-Metadata "autoscaling/target-lifecycle-state") -like "Warmed:*"
if (-not $ahead) {
    Import-Module ECSTools
    Initialize-ECSAgent -Cluster "{{cluster}}" -EnableTaskIAMRole -LoggingDrivers '["json-file","awslogs"]'
}
if ($group) {
    # Until this answer a machine is neither stopped for later nor counted as serving. After a
    # restart in service nothing waits for it.
    try {
        Complete-ASLifecycleAction -AutoScalingGroupName $group -LifecycleHookName "{{hook}}" `
            -InstanceId (Get-Metadata "instance-id") -LifecycleActionResult "CONTINUE" -Region "{{region}}"
    } catch {
        Write-Output "The lifecycle hook could not be completed: $_"
    }
}
</powershell>
<persist>true</persist>
