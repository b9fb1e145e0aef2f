# Imports the module as it was built here, where it is not imported yet: the project's own shell has it, PowerShell 7.6 does not.
if (-not (Get-Module K8sScaleTest)) {
    $manifest = $null
    foreach ($configuration in 'Release', 'Debug') {
        $built = "$PSScriptRoot/../out/$configuration/K8sScaleTest"
        if (-not $manifest -and [IO.Directory]::Exists($built)) {
            $newest = [version]'0.0'
            foreach ($folder in [IO.Directory]::GetDirectories($built)) {
                $version = [version][IO.Path]::GetFileName($folder)
                if ($version -gt $newest) { $newest = $version; $manifest = "$folder/K8sScaleTest.psd1" }
            }
        }
    }
    if (-not $manifest) { throw 'The module is not built yet: dotnet build -c Release' }
    Import-Module $manifest
}
