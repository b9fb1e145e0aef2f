BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $quick = @{ Rate = 500; Count = 200; MaxPopulation = 20 }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Start-FlunderDriver: a run to its end' {
    BeforeAll {
        $records = @($server | Start-FlunderDriver @quick -Updates 1 -RunId 'flunders')
        $load = @($records | Where-Object Phase -NE 'WarmUp')
    }

    It 'creates, updates and deletes every Flunder, and each is a record' {
        $load.Count | Should -Be 600
        foreach ($operation in 'Create', 'Update', 'Delete') { @($load | Where-Object Operation -EQ $operation).Count | Should -Be 200 }
        $load | Where-Object { -not $_.Succeeded } | Should -BeNullOrEmpty
        @($load.Resource | Select-Object -Unique) | Should -Be 'flunders.wardle.example.com'
    }

    It 'leaves nothing on the server' {
        Get-ServerObject $server flunders | Should -BeNullOrEmpty
    }

    It 'emits OperationRecords whose properties have the order of the contract' {
        $records[0] | Should -BeOfType 'K8sScaleTest.OperationRecord'
        $records[0].PSObject.Properties.Name | Should -Be $OperationColumns
    }

    It 'has resourceVersions that grow with the updates of each object' {
        $creates = @{}
        foreach ($record in $load | Where-Object Operation -EQ 'Create') { $creates[$record.Sequence] = [long]$record.ResourceVersion }
        $updates = @($load | Where-Object Operation -EQ 'Update')
        $updates.Count | Should -Be 200
        $updates | Where-Object { [long]$_.ResourceVersion -le $creates[$_.Sequence] } | Should -BeNullOrEmpty
    }
}

Describe 'Start-FlunderDriver: what is written' {
    It 'carries no data by default, and a reference of the length asked for otherwise' {
        $null = $server | Start-FlunderDriver -Rate 100 -Count 1 -Lifetime 1h -RunId 'bare' -NoCleanup | Where-Object Phase -NE 'WarmUp' | Select-Object -First 1
        $null = $server | Start-FlunderDriver -Rate 100 -Count 1 -Lifetime 1h -RunId 'loaded' -DataLength 300 -NoCleanup | Where-Object Phase -NE 'WarmUp' | Select-Object -First 1
        try {
            $bare = @(Get-ServerObject $server flunders -Selector 'scaletest/run=bare')[0]
            $bare.spec.PSObject.Properties['flunderReference'] | Should -BeNullOrEmpty
            $bare.metadata.annotations.'scaletest/createTimestamp' | Should -Match '\.\d{3} \+0000$'
            $loaded = @(Get-ServerObject $server flunders -Selector 'scaletest/run=loaded')[0]
            $loaded.spec.flunderReference.Length | Should -Be 300
        }
        finally {
            foreach ($run in 'bare', 'loaded') { $null = $server | Remove-ScaleTestObject -RunId $run -Confirm:$false }
        }
    }

    It 'writes <_> when asked to' -ForEach 'v1alpha1', 'wardle.example.com/v1beta1' {
        $run = @($server | Start-FlunderDriver @quick -ApiVersion $_ | Where-Object Phase -NE 'WarmUp')
        $run.Count | Should -Be 400
        $run | Where-Object { -not $_.Succeeded } | Should -BeNullOrEmpty
    }

    It 'takes the Go program''s flags as aliases' {
        $parameters = (Get-Command Start-FlunderDriver).Parameters
        foreach ($pair in @('Lambda', 'Rate'), @('N', 'Count'), @('Maxpop', 'MaxPopulation'), @('Datafile', 'OutFile')) {
            $parameters[$pair[1]].Aliases | Should -Contain $pair[0]
        }
    }

    It 'ends with Select-Object -First and leaves nothing' {
        $taken = @($server | Start-FlunderDriver -Rate 200 -Count 100000 -MaxPopulation 50 -RunId 'first-flunders' 3>$null | Select-Object -First 20)
        $taken.Count | Should -Be 20
        Get-ServerObject $server flunders -Selector 'scaletest/run=first-flunders' | Should -BeNullOrEmpty
    }

    It 'writes its file, and the summary names the resource' {
        $csv = Join-Path $TestDrive 'flunders.csv'
        $summary = $server | Start-FlunderDriver @quick -OutFile $csv
        $summary.Resource | Should -Be 'flunders.wardle.example.com'
        @(Import-Csv -LiteralPath $csv).Count | Should -Be $summary.Count
    }

    It 'sends no request with -WhatIf' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'what-if.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            Start-FlunderDriver -Kubeconfig $kubeconfig -Rate 20 -Duration 50s -WhatIf | Should -BeNullOrEmpty
            $silent.Pending() | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }
}

Describe 'Start-FlunderDriver: bad input' {
    It 'a version that is not served, naming those that are' {
        $failure = { $server | Start-FlunderDriver -ApiVersion 'v9' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ResourceNotServed,K8sScaleTest.StartFlunderDriverCommand'
        $failure.Exception.Message | Should -BeLike "*v1alpha1*'v9'*-ApiVersion*"
    }

    It 'a group that is not served, saying what serves Flunders' {
        $failure = { $server | Start-FlunderDriver -ApiVersion 'nobody.example.org/v1' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'GroupNotServed,K8sScaleTest.StartFlunderDriverCommand'
        $failure.Exception.Message | Should -BeLike '*sample-apiserver*Start-LocalApiServer*'
    }

    It 'data over 1 MiB' {
        $failure = { $server | Start-FlunderDriver -DataLength 1048577 } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidDataLength,K8sScaleTest.StartFlunderDriverCommand'
    }

    It 'a run ID that is taken by Flunders' {
        $null = $server | Start-FlunderDriver -Rate 200 -Count 5 -Lifetime 1h -RunId 'taken' -NoCleanup | Where-Object Phase -NE 'WarmUp' | Select-Object -First 2
        try {
            $failure = { $server | Start-FlunderDriver @quick -RunId 'taken' } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'RunIdTaken,K8sScaleTest.StartFlunderDriverCommand'
            # ConfigMaps of that ID are other objects.
            @($server | Start-ConfigMapDriver @quick -RunId 'taken' | Where-Object { -not $_.Succeeded }).Count | Should -Be 0
        }
        finally {
            $null = $server | Remove-ScaleTestObject -RunId 'taken' -Confirm:$false
        }
    }
}
