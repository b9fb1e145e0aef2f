BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Uninstall-FlunderApi' {
    It 'does nothing where nothing is installed' {
        $server | Uninstall-FlunderApi -Confirm:$false | Should -BeNullOrEmpty
        Get-ServerObject $server flunders -Selector 'none=such' | Should -BeNullOrEmpty
    }

    It 'sends no request with -WhatIf' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'silent.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            Uninstall-FlunderApi -Kubeconfig $kubeconfig -WhatIf
            $silent.Pending() | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }

    It 'asks before it deletes all Flunders' {
        $ended = Wait-Child (Start-Child { param($Kubeconfig) Uninstall-FlunderApi -Kubeconfig $Kubeconfig } $server.Kubeconfig)
        $ended.Error | Should -Match 'NonInteractive'
    }

    It 'takes time-outs as durations' {
        { Uninstall-FlunderApi -Timeout 'soon' -WhatIf } | Should -Throw '*is no duration*'
    }
}
