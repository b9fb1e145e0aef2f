BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Clear-LocalApiFault' {
    BeforeEach { $server = Start-LocalApiServer }

    AfterEach { Stop-LocalApiServer }

    It 'takes back one, by number or from the pipeline, or all' {
        $one = $server | Set-LocalApiFault -Verb create -Latency 1ms
        $two = $server | Set-LocalApiFault -Verb delete -Latency 1ms
        $three = $server | Set-LocalApiFault -Verb list -Latency 1ms
        $one | Clear-LocalApiFault
        @(Get-LocalApiFault).Id | Should -Be @($two.Id, $three.Id)
        Clear-LocalApiFault -FaultId $two.Id
        @(Get-LocalApiFault).Id | Should -Be @($three.Id)
        $server | Clear-LocalApiFault
        Get-LocalApiFault | Should -BeNullOrEmpty
    }

    It 'does nothing under -WhatIf' {
        $null = $server | Set-LocalApiFault -GoAway
        Clear-LocalApiFault -WhatIf
        @(Get-LocalApiFault).Count | Should -Be 1
    }
}
