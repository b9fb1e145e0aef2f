<#
.SYNOPSIS
A step of a CI job: drives an API server, and fails when it misses an objective or the run proves nothing.
.DESCRIPTION
Without -Kubeconfig a local API server is started for it.
    dotnet run -c Release --project src/K8sScaleTest.Shell -- -File examples/ci.ps1 -Kubeconfig ~/.kube/config
Ends with 0 when the verdict is Valid and every objective was met; with 1 when one was missed, or cannot be told from so few operations.
#>
[CmdletBinding()]
param(
    [string] $Kubeconfig,
    [double] $Rate = 100,
    [long] $Count = 2000,
    [string[]] $Objective = @('create.response.p99 <= 1s', 'failed == 0', 'rate >= 99%')
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/import.ps1"

$server = $null
if (-not $Kubeconfig) {
    $server = Start-LocalApiServer
    $Kubeconfig = $server.Kubeconfig
}
try {
    $records = "$([IO.Directory]::CreateTempSubdirectory('k8sscaletest-').FullName)/run.csv"
    $summary = Start-ConfigMapDriver -Kubeconfig $Kubeconfig -Rate $Rate -Count $Count -OutFile $records
    $summary | Out-Default
    # A missed objective is a terminating error: nothing catches it, and the step fails.
    $summary | Test-ScaleTest -Objective $Objective
}
finally {
    if ($server) { $server | Stop-LocalApiServer }
}
