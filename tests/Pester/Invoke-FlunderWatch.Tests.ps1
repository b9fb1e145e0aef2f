BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $writer = Start-Child {
        param($Kubeconfig)
        Start-FlunderDriver -Rate 20 -Duration 30m -MaxPopulation 20 -RunId background -Kubeconfig $Kubeconfig | Out-Null
    } $server.Kubeconfig
    Wait-Until { @(Get-ServerObject $server flunders -Selector 'scaletest/run=background').Count -ge 5 } 'objects of the child'
}

AfterAll {
    $writer.Process.Kill($true)
    $null = Wait-Child $writer
    $server | Stop-LocalApiServer
}

Describe 'Invoke-FlunderWatch' {
    It 'watches the version that it is told to, or the one that the server prefers' {
        foreach ($version in @{}, @{ ApiVersion = 'v1beta1' }, @{ ApiVersion = 'wardle.example.com/v1alpha1' }) {
            $records = @($server | Invoke-FlunderWatch @version | Where-Object Type -EQ 'Added' | Select-Object -First 5)
            $records.Count | Should -Be 5
            @($records.Resource | Select-Object -Unique) | Should -Be 'flunders.wardle.example.com'
            $records | Where-Object { $null -eq $_.WriterLatencyMs } | Should -BeNullOrEmpty
        }
    }

    It 'watches only what the selectors say' {
        $rows = @($server | Invoke-FlunderWatch -LabelSelector 'scaletest/run=nobody' -TimeoutSeconds 1 | Where-Object Type -EQ 'Window' | Select-Object -First 1)
        $rows[0].Events | Should -Be 0
    }

    It 'says that a version is not served' {
        { $server | Invoke-FlunderWatch -ApiVersion v9 } | Should -Throw -ErrorId 'ResourceNotServed*'
    }
}
