BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Stop-LocalApiServer' {
    AfterEach {
        Stop-LocalApiServer
    }

    It 'ends the servers that are piped in, and has them gone when it returns' {
        $one = Start-LocalApiServer
        $two = Start-LocalApiServer
        $one | Stop-LocalApiServer | Should -BeNullOrEmpty
        Test-Running $one.Id | Should -BeFalse
        Test-Path -LiteralPath $one.Kubeconfig | Should -BeFalse
        Test-Running $two.Id | Should -BeTrue
    }

    It 'does not wait for a watch that is open' {
        $server = Start-LocalApiServer
        $watch = Open-Watch $server
        try {
            $server | Stop-LocalApiServer
            Test-Running $server.Id | Should -BeFalse
            # It ended by itself: one that had to be killed leaves its kubeconfig.
            Test-Path -LiteralPath $server.Kubeconfig | Should -BeFalse
        }
        finally {
            $watch.Dispose()
        }
    }

    It 'ends those with an -Id' {
        $one = Start-LocalApiServer
        $two = Start-LocalApiServer
        Stop-LocalApiServer -Id $two.Id
        Test-Running $two.Id | Should -BeFalse
        Test-Running $one.Id | Should -BeTrue
    }

    It 'ends all without arguments' {
        $ids = @((Start-LocalApiServer).Id, (Start-LocalApiServer).Id)
        Stop-LocalApiServer
        $ids | Where-Object { Test-Running $_ } | Should -BeNullOrEmpty
        Get-LocalApiServer | Should -BeNullOrEmpty
    }

    It 'says nothing of a server that has ended already' {
        $server = Start-LocalApiServer
        $server | Stop-LocalApiServer
        { $server | Stop-LocalApiServer -ErrorAction Stop } | Should -Not -Throw
    }

    It 'does nothing where there is none' {
        { Stop-LocalApiServer -ErrorAction Stop } | Should -Not -Throw
    }

    It 'ends nothing with -WhatIf' {
        $server = Start-LocalApiServer
        $server | Stop-LocalApiServer -WhatIf
        Test-Running $server.Id | Should -BeTrue
    }

    It 'says that there is no server of an -Id' {
        $failure = { Stop-LocalApiServer -Id $PID -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'LocalApiServerNotFound,K8sScaleTest.StopLocalApiServerCommand'
        $failure.Exception.Message | Should -BeLike "*$PID*Get-LocalApiServer*"
    }
}
