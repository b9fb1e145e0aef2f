BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Get-LocalApiServer' {
    AfterEach {
        Stop-LocalApiServer
    }

    It 'lists the servers that run, as they were started' {
        Get-LocalApiServer | Should -BeNullOrEmpty
        $one = Start-LocalApiServer -Latency 5ms
        $two = Start-LocalApiServer
        $listed = @(Get-LocalApiServer)
        $listed | ForEach-Object { $_ | Should -BeOfType 'K8sScaleTest.LocalApiServer' }
        @($listed.Id | Sort-Object) | Should -Be @($one.Id, $two.Id | Sort-Object)
        ($listed | Where-Object Id -EQ $one.Id).Latency | Should -Be ([timespan]::FromMilliseconds(5))
    }

    It 'gives the one of an -Id' {
        $one = Start-LocalApiServer
        $null = Start-LocalApiServer
        (Get-LocalApiServer -Id $one.Id).Url | Should -Be $one.Url
    }

    It 'is piped into a driver' {
        $null = Start-LocalApiServer
        @(Get-LocalApiServer | Start-ConfigMapDriver -Rate 500 -Count 10 -MaxPopulation 5 | Where-Object Phase -NE 'WarmUp').Count | Should -Be 20
    }

    It 'forgets a server that died' {
        $server = Start-LocalApiServer
        Stop-Process -Id $server.Id -Force
        Wait-Until { -not (Get-Process -Id $server.Id -ErrorAction Ignore) } 'the end of the server'
        Wait-Until { -not (Get-LocalApiServer) } 'a list without it' 10
    }

    It 'says that there is no server of an -Id' {
        $failure = { Get-LocalApiServer -Id $PID -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'LocalApiServerNotFound,K8sScaleTest.GetLocalApiServerCommand'
    }
}
