BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Invoke-ObjectWatch' {
    It 'watches any resource, also one without namespaces' {
        $rows = @($server | Invoke-ObjectWatch namespaces -WatchList -TimeoutSeconds 1 | Select-Object -First 2)
        $rows[0].Type | Should -Be 'WatchList'
        $rows[0].Events | Should -BeGreaterThan 0
        @($rows.Resource | Select-Object -Unique) | Should -Be 'namespaces'
    }

    It 'watches the version that was asked for, and no other' {
        { $server | Invoke-ObjectWatch flunders.wardle.example.com -ApiVersion v9 } | Should -Throw -ErrorId 'ResourceNotServed*'
    }

    It 'refuses a namespace where there are none' {
        { $server | Invoke-ObjectWatch namespaces -Namespace scaletest } | Should -Throw -ErrorId 'InvalidNamespace*'
    }

    It 'says that a resource is not served' {
        { $server | Invoke-ObjectWatch -Resource unicorns } | Should -Throw -ErrorId 'ResourceNotServed*'
        { $server | Invoke-ObjectWatch -Resource unicorns.example.com } | Should -Throw -ErrorId 'GroupNotServed*'
    }
}
