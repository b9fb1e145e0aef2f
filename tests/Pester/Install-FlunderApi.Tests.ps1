BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Install-FlunderApi' {
    It 'has two forms, the custom resource by default' {
        $command = Get-Command Install-FlunderApi
        $command.DefaultParameterSet | Should -Be 'CustomResource'
        @($command.ParameterSets.Name | Sort-Object) | Should -Be @('Aggregated', 'CustomResource')
    }

    It 'sends no request with -WhatIf' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'silent.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            Install-FlunderApi -Kubeconfig $kubeconfig -WhatIf
            Install-FlunderApi -Aggregated -Kubeconfig $kubeconfig -WhatIf
            $silent.Pending() | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }

    It 'refuses a server that serves Flunders already, and changes nothing' {
        $failure = { $server | Install-FlunderApi } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ForeignObject,K8sScaleTest.InstallFlunderApiCommand'
        $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
    }
}

Describe 'Install-FlunderApi: bad input' {
    It 'a namespace that cannot be one' {
        { Install-FlunderApi -Aggregated -Namespace 'Not_One' -WhatIf } | Should -Throw '*cannot be a namespace*'
    }

    It 'a namespace for a custom resource, which has none' {
        { Install-FlunderApi -AsCustomResource -Namespace 'wardle' -WhatIf } | Should -Throw '*parameter set*'
    }

    It 'a time-out that is no duration' {
        { Install-FlunderApi -Timeout 'soon' -WhatIf } | Should -Throw '*is no duration*'
    }

    It 'a server that refuses the connection' {
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'refused.yaml') "https://127.0.0.1:$(Get-ClosedPort)"
        $failure = { Install-FlunderApi -Kubeconfig $kubeconfig } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionRefused,K8sScaleTest.InstallFlunderApiCommand'
    }
}
