<#
.SYNOPSIS
A first look: drives ConfigMaps, then Flunders, against a local API server on this machine, with a logger and a watcher, and shows what was measured.
.DESCRIPTION
Nothing but this machine takes part. Runs in the project's own shell and in PowerShell 7.6:
    dotnet run -c Release --project src/K8sScaleTest.Shell -- -File examples/first-run.ps1
Ends with 0 when both runs are Valid, else with 1.
#>
[CmdletBinding()]
param(
    # Creates per second.
    [double] $Rate = 100,
    # Creates of each kind.
    [long] $Count = 2000,
    # Where the records go; a new temporary folder by default.
    [string] $Folder = [IO.Directory]::CreateTempSubdirectory('k8sscaletest-').FullName
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/import.ps1"

$valid = $true
foreach ($kind in 'ConfigMap', 'Flunder') {
    $Host.UI.WriteLine("Invoke-ScaleTest -Local -Resource $kind -Rate $Rate -Count $Count")
    $result = Invoke-ScaleTest -Local -Resource $kind -Rate $Rate -Count $Count -OutFile "$Folder/$kind.csv"
    $result
    if ($result.Verdict -ne 'Valid') { $valid = $false }
}

$Host.UI.WriteLine("Every operation is a row of $Folder/ConfigMap.csv and Flunder.csv; the notifications, watch events and joined paths are in the files beside them.")
exit [int](-not $valid)
