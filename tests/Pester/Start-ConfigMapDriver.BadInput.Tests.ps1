BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $quick = @{ Rate = 500; Count = 200; MaxPopulation = 20 }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Start-ConfigMapDriver: bad input, before any request' {
    BeforeAll {
        $silent = Start-SilentServer
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'silent.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
    }

    AfterAll {
        $silent.Stop()
    }

    It '<Name>' -ForEach @(
        @{ Name = 'a rate of 0'; With = @{ Rate = 0 }; Id = 'InvalidRate'; Says = '*Rate is 0*' }
        @{ Name = 'a negative rate'; With = @{ Rate = -1 }; Id = 'InvalidRate'; Says = '*Rate is -1*' }
        @{ Name = 'a rate that is no number'; With = @{ Rate = [double]::NaN }; Id = 'ParameterArgumentTransformationError'; Says = '*NaN*is no rate*' }
        @{ Name = 'an infinite rate'; With = @{ Rate = [double]::PositiveInfinity }; Id = 'ParameterArgumentTransformationError'; Says = '*is no rate*' }
        @{ Name = 'a rate in words'; With = @{ Rate = 'fast' }; Id = 'ParameterArgumentTransformationError'; Says = "*'fast' is no rate*" }
        @{ Name = 'an absurd rate'; With = @{ Rate = 1e12 }; Id = 'InvalidRate'; Says = '*at most 1,000,000*' }
        @{ Name = 'a count of 0'; With = @{ Count = 0 }; Id = 'InvalidCount'; Says = '*Count is 0*' }
        @{ Name = 'a negative count'; With = @{ Count = -5 }; Id = 'InvalidCount'; Says = '*Count is -5*' }
        @{ Name = 'an absurd count'; With = @{ Count = 1000000000000 }; Id = 'InvalidCount'; Says = '*at* 1,000,000,000*|*to 1,000,000,000*' }
        @{ Name = 'a population of 0'; With = @{ MaxPopulation = 0 }; Id = 'InvalidMaxPopulation'; Says = '*MaxPopulation is 0*' }
        @{ Name = 'a negative population'; With = @{ MaxPopulation = -1 }; Id = 'InvalidMaxPopulation'; Says = '*MaxPopulation is -1*' }
        @{ Name = 'a population beyond a lifetime of a year'; With = @{ Rate = 0.001; MaxPopulation = 1000000 }; Id = 'InvalidMaxPopulation'; Says = '*days*' }
        @{ Name = 'a lifetime with a population'; With = @{ Lifetime = '5s'; MaxPopulation = 10 }; Id = 'InvalidLifetime'; Says = '*exclude each other*' }
        @{ Name = 'a lifetime at full speed'; With = @{ Rate = 'Max'; Lifetime = '5s' }; Id = 'InvalidLifetime'; Says = '*full speed*' }
        @{ Name = 'a worker that there is not'; With = @{ Worker = 3; Workers = 3 }; Id = 'InvalidWorker'; Says = '*Worker is 3 of 3*' }
        @{ Name = 'a negative worker'; With = @{ Worker = -1; Workers = 3 }; Id = 'InvalidWorker'; Says = '*Worker is -1 of 3*' }
        @{ Name = 'a format of no file'; With = @{ Format = 'JsonLines' }; Id = 'OutFileMissing'; Says = '*give -OutFile*' }
        @{ Name = 'records besides no file'; With = @{ PassThru = $true }; Id = 'OutFileMissing'; Says = '*give -OutFile*' }
        @{ Name = 'negative updates'; With = @{ Updates = -1 }; Id = 'InvalidUpdates'; Says = '*Updates is -1*' }
        @{ Name = 'data over 1 MiB'; With = @{ DataLength = 1048577 }; Id = 'InvalidDataLength'; Says = '*1 MiB*' }
        @{ Name = 'no connection'; With = @{ Connections = 0 }; Id = 'InvalidConnections'; Says = '*Connections is 0*' }
        @{ Name = 'no operation in flight'; With = @{ MaxInFlight = 0 }; Id = 'InvalidMaxInFlight'; Says = '*MaxInFlight is 0*' }
        @{ Name = 'a duration of nothing'; With = @{ Duration = '0s' }; Id = 'InvalidDuration'; Says = '*Duration is 00:00:00*' }
        @{ Name = 'a duration in words'; With = @{ Duration = 'soon' }; Id = 'ParameterArgumentTransformationError'; Says = '*soon*' }
        @{ Name = 'a run ID with capitals'; With = @{ RunId = 'MyRun' }; Id = 'InvalidRunId'; Says = "*'MyRun' would make invalid object names*" }
        @{ Name = 'a run ID with an underscore'; With = @{ RunId = 'my_run' }; Id = 'InvalidRunId'; Says = "*'my_run'*" }
        @{ Name = 'an empty run ID'; With = @{ RunId = '' }; Id = 'InvalidRunId'; Says = '*run ID is empty*' }
        @{ Name = 'a run ID longer than a label'; With = @{ RunId = 'a' * 64 }; Id = 'InvalidRunId'; Says = '*has 64 characters*' }
    ) {
        $failure = { Start-ConfigMapDriver -Kubeconfig $kubeconfig @With } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be "$Id,K8sScaleTest.StartConfigMapDriverCommand"
        $failure.Exception.Message | Should -BeLike $Says.Split('|')[-1]
        $silent.Pending() | Should -BeFalse
    }

    It 'an earlier run''s -OutFile outlives a mistyped context' {
        $path = Join-Path $TestDrive 'precious.csv'
        Set-Content -LiteralPath $path -Value 'yesterday''s records'
        { Start-ConfigMapDriver -Kubeconfig $kubeconfig -Context nowhere -OutFile $path } | Should -Throw
        Get-Content -LiteralPath $path | Should -Be 'yesterday''s records'
    }
}

Describe 'Start-ConfigMapDriver: a target that cannot be used' {
    BeforeAll {
        $good = Read-Kubeconfig $server.Kubeconfig
    }

    It 'no kubeconfig anywhere' {
        $saved = $env:KUBECONFIG, $env:HOME, $env:USERPROFILE
        try {
            $env:KUBECONFIG = $null
            $env:HOME = $env:USERPROFILE = $TestDrive
            $ended = Wait-Child (Start-Child { try { Start-ConfigMapDriver } catch { "$($_.FullyQualifiedErrorId): $_" } })
        }
        finally {
            $env:KUBECONFIG, $env:HOME, $env:USERPROFILE = $saved
        }
        $ended.Output | Should -BeLike 'KubeconfigNotFound,K8sScaleTest.StartConfigMapDriverCommand: There is no kubeconfig*Start-LocalApiServer*'
    }

    It 'a kubeconfig that is not there' {
        $failure = { Start-ConfigMapDriver -Kubeconfig (Join-Path $TestDrive 'missing.yaml') } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'KubeconfigNotFound,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike '*missing.yaml*'
    }

    It 'a kubeconfig that is no YAML' {
        $path = Join-Path $TestDrive 'broken.yaml'
        Set-Content -LiteralPath $path -Value "clusters: [`n  - {name: x"
        $failure = { Start-ConfigMapDriver -Kubeconfig $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'KubeconfigInvalid,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike '*broken.yaml*'
    }

    It 'an unknown context, naming those that there are' {
        $path = New-Kubeconfig (Join-Path $TestDrive 'contexts.yaml') 'https://127.0.0.1:1'
        $failure = { Start-ConfigMapDriver -Kubeconfig $path -Context 'nowhere' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ContextNotFound,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike "*'nowhere'*'first-of-tests', 'second-of-tests'*"
    }

    It 'a server that refuses the connection' {
        $path = New-Kubeconfig (Join-Path $TestDrive 'refused.yaml') "https://127.0.0.1:$(Get-ClosedPort)"
        $failure = { Start-ConfigMapDriver -Kubeconfig $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionRefused,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike '*refused*'
    }

    It 'a host that nobody knows' {
        # .invalid is reserved: no resolver may know it (RFC 6761).
        $path = New-Kubeconfig (Join-Path $TestDrive 'unknown.yaml') 'https://no-such-host.invalid:6443'
        $failure = { Start-ConfigMapDriver -Kubeconfig $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'HostNotFound,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike '*no-such-host.invalid*'
    }

    It 'a certificate of an authority that is not trusted, unless told to skip the check' {
        $path = New-Kubeconfig (Join-Path $TestDrive 'untrusted.yaml') $good.Server $good.Token
        $failure = { Start-ConfigMapDriver -Kubeconfig $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'CertificateUntrusted,K8sScaleTest.StartConfigMapDriverCommand'
        $run = @(Start-ConfigMapDriver -Kubeconfig $path -InsecureSkipTlsVerify @quick 3>$null | Where-Object Phase -NE 'WarmUp')
        $run.Count | Should -Be 400
    }

    It 'a token that the server does not know, which no message repeats' {
        $path = New-Kubeconfig (Join-Path $TestDrive 'token.yaml') $good.Server 'a-wrong-token-to-look-for' $good.Authority
        $failure = { Start-ConfigMapDriver -Kubeconfig $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'Unauthorized,K8sScaleTest.StartConfigMapDriverCommand'
        ($failure | Format-List * -Force | Out-String) | Should -Not -Match 'a-wrong-token-to-look-for'
    }

    It 'a namespace that does not exist' {
        $failure = { $server | Start-ConfigMapDriver -Namespace 'not-there' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'NamespaceNotFound,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike "*'not-there'*-CreateNamespace*"
    }

    It 'an -OutFile that cannot be written: <Name>' -ForEach @(
        @{ Name = 'no such folder'; Path = 'no-such-folder/run.csv'; Says = '*the directory*does not exist*' }
        @{ Name = 'a folder'; Path = '.'; Says = '*is a directory*' }
    ) {
        $path = Join-Path $TestDrive $Path
        $failure = { $server | Start-ConfigMapDriver @quick -RunId 'no-file' -OutFile $path } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'FileNotWritable,K8sScaleTest.StartConfigMapDriverCommand'
        $failure.Exception.Message | Should -BeLike $Says
        Get-ServerObject $server -Selector 'scaletest/run=no-file' | Should -BeNullOrEmpty
    }

    It 'a run ID that is taken' {
        $null = $server | Start-ConfigMapDriver -Rate 200 -Count 5 -Lifetime 1h -RunId 'taken' -NoCleanup | Where-Object Phase -NE 'WarmUp' | Select-Object -First 2
        try {
            $before = @(Get-ServerObject $server -Selector 'scaletest/run=taken').Count
            $failure = { $server | Start-ConfigMapDriver @quick -RunId 'taken' } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'RunIdTaken,K8sScaleTest.StartConfigMapDriverCommand'
            $failure.Exception.Message | Should -BeLike "*'taken' is taken*Remove-ScaleTestObject -RunId taken*"
            @(Get-ServerObject $server -Selector 'scaletest/run=taken').Count | Should -Be $before
        }
        finally {
            $null = $server | Remove-ScaleTestObject -RunId 'taken' -Confirm:$false
        }
    }
}
