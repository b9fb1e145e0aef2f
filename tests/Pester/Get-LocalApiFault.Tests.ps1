BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Get-LocalApiFault' {
    AfterEach { Stop-LocalApiServer }

    It 'lists the faults of a server, oldest first' {
        $server = Start-LocalApiServer
        $one = $server | Set-LocalApiFault -Verb create -Latency 1ms
        $two = $server | Set-LocalApiFault -GoAway -Count 1
        @($server | Get-LocalApiFault).Id | Should -Be @($one.Id, $two.Id)
        @(Get-LocalApiFault -FaultId $two.Id).Action | Should -Be 'GoAway'
    }

    It 'says that there is no such fault' {
        $null = Start-LocalApiServer
        { Get-LocalApiFault -FaultId 77 -ErrorAction Stop } | Should -Throw -ErrorId 'LocalApiFaultNotFound,*'
    }

    It 'says that there is no server, or more than one' {
        { Get-LocalApiFault } | Should -Throw -ErrorId 'LocalApiServerNotNamed,*'
        $null = Start-LocalApiServer
        $null = Start-LocalApiServer
        { Get-LocalApiFault } | Should -Throw -ErrorId 'LocalApiServerNotNamed,*'
    }
}
