# Starts the worker in a task: first the way to the task role's credentials, then the worker.
# In ECS' default network mode on Windows a container reaches 169.254.170.2 only through its
# gateway, and has to say so itself:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows_task_IAM_roles.html
$ErrorActionPreference = "Stop"

$credentials = "169.254.170.2"

# Without a role there is nothing to reach, and awsvpc mode needs no route.
if ($env:AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    $known = Get-NetRoute -DestinationPrefix "$credentials/32" -ErrorAction SilentlyContinue
    if (-not $known) {
        $way = Get-NetRoute -DestinationPrefix "0.0.0.0/0" |
            Sort-Object -Property RouteMetric |
            Select-Object -First 1
        New-NetRoute -DestinationPrefix "$credentials/32" -InterfaceIndex $way.InterfaceIndex `
            -NextHop $way.NextHop -PolicyStore ActiveStore | Out-Null
    }
}

# Windows has no signals: when ECS stops the task, everything in the container is ended.
& python -m render_container.worker.main @args
exit $LASTEXITCODE
