<#
.SYNOPSIS
A first look: drives ConfigMaps, then Flunders, against a local API server on this machine, and shows what was measured.
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
$server = Start-LocalApiServer
try {
    foreach ($kind in 'ConfigMap', 'Flunder') {
        $driver = "Start-${kind}Driver"
        $Host.UI.WriteLine("$driver -Rate $Rate -Count $Count")
        $summary = $server | & $driver -Rate $Rate -Count $Count -OutFile "$Folder/$kind.csv"
        $summary
        if ($summary.Verdict -ne 'Valid') { $valid = $false }
        # A run deletes what it made. This finds what a run left that was killed, by its label.
        $left = $server | Remove-ScaleTestObject -RunId $summary.RunId -Confirm:$false
        foreach ($resource in $left) {
            if ($resource.Found -gt 0) { $Host.UI.WriteLine("$($resource.Deleted) of $($resource.Found) $($resource.Resource) were left, and are deleted now.") }
        }
    }
}
finally {
    $server | Stop-LocalApiServer
}

$Host.UI.WriteLine("Every operation is a row of $Folder/ConfigMap.csv and $Folder/Flunder.csv; the runs' health is beside them, in .run.json.")
exit [int](-not $valid)
