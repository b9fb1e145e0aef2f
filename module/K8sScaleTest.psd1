@{
    RootModule             = 'K8sScaleTest.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f0a3a5e-3c0f-4f0a-9a1c-0d6f5c8e2b71'
    Author                 = 'The K8sScaleTest authors'
    CompanyName            = 'The K8sScaleTest authors'
    Copyright              = 'The K8sScaleTest authors. Apache-2.0.'
    Description            = 'Measures how a Kubernetes API server behaves under load: open-loop drivers, timing records as objects, a verdict on every run.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('K8sScaleTest.Format.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Start-ConfigMapDriver', 'Start-FlunderDriver', 'Start-ConfigMapLogger', 'Start-FlunderLogger', 'Start-ObjectLogger',
        'Invoke-ConfigMapWatch', 'Invoke-FlunderWatch', 'Invoke-ObjectWatch', 'Invoke-ScaleTest',
        'Remove-ScaleTestObject', 'Measure-ScaleTest', 'Test-ScaleTest',
        'Start-LocalApiServer', 'Stop-LocalApiServer', 'Get-LocalApiServer',
        'Set-LocalApiFault', 'Get-LocalApiFault', 'Clear-LocalApiFault', 'Get-LocalApiLedger',
        'Install-FlunderApi', 'Uninstall-FlunderApi', 'New-ScaleTestManifest')
    PrivateData            = @{ PSData = @{ Tags = @('Kubernetes', 'LoadTest', 'Benchmark', 'API'); LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0' } }
}
