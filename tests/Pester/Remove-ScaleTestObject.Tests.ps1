BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer

    # Leaves objects of a run as a killed driver does.
    function New-Leftover([string] $RunId, [int] $Count = 30, [string] $Driver = 'Start-ConfigMapDriver') {
        $null = $server | & $Driver -Rate 1000 -Count $Count -Lifetime 1h -RunId $RunId -NoCleanup -Arrival Constant |
            Where-Object { $_.Phase -ne 'WarmUp' } | Select-Object -First $Count
    }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Remove-ScaleTestObject' {
    It 'deletes what a run left, of both kinds, and counts it' {
        New-Leftover 'both-kinds'
        New-Leftover 'both-kinds' 10 Start-FlunderDriver
        @(Get-ServerObject $server -Selector 'scaletest/run=both-kinds').Count | Should -Be 30
        $results = @($server | Remove-ScaleTestObject -RunId 'both-kinds')
        @($results | Sort-Object Resource | ForEach-Object { "$($_.Resource) $($_.Deleted) $($_.Remaining)" }) | Should -Be @('configmaps 30 0', 'flunders.wardle.example.com 10 0')
        Get-ServerObject $server -Selector 'scaletest/run=both-kinds' | Should -BeNullOrEmpty
        Get-ServerObject $server flunders -Selector 'scaletest/run=both-kinds' | Should -BeNullOrEmpty
    }

    It 'touches no other run, and nothing without the labels' {
        New-Leftover 'mine' 5
        New-Leftover 'not-mine' 5
        try {
            $null = $server | Remove-ScaleTestObject 'mine'
            @(Get-ServerObject $server -Selector 'scaletest/run=mine').Count | Should -Be 0
            @(Get-ServerObject $server -Selector 'scaletest/run=not-mine').Count | Should -Be 5
        }
        finally {
            $null = $server | Remove-ScaleTestObject 'not-mine'
        }
    }

    It 'deletes more than one page of a list' {
        New-Leftover 'many' 1200
        $result = $server | Remove-ScaleTestObject -RunId 'many' -Resource configmaps
        $result.Deleted | Should -Be 1200
        Get-ServerObject $server -Selector 'scaletest/run=many' | Should -BeNullOrEmpty
    }

    It 'takes run IDs from records, each once' {
        $csv = Join-Path $TestDrive 'left.csv'
        $server | Start-ConfigMapDriver -Rate 1000 -Count 20 -Lifetime 1h -RunId 'from-records' -NoCleanup | Where-Object Phase -NE 'WarmUp' | Select-Object -First 20 | Export-Csv $csv
        $results = @(Import-Csv $csv | Remove-ScaleTestObject -Kubeconfig $server.Kubeconfig -Resource configmaps)
        $results.Count | Should -Be 1
        $results[0].RunId | Should -Be 'from-records'
        $results[0].Deleted | Should -Be 20
    }

    It 'looks for records in their own namespace' {
        New-Leftover 'namespaced' 5
        $records = @([pscustomobject]@{ RunId = 'namespaced'; Namespace = 'default' }, [pscustomobject]@{ RunId = 'namespaced'; Namespace = 'scaletest' })
        $results = @($records | Remove-ScaleTestObject -Kubeconfig $server.Kubeconfig -Resource configmaps)
        @($results | ForEach-Object { "$($_.Namespace) $($_.Deleted)" }) | Should -Be @('default 0', 'scaletest 5')
    }

    It 'finds nothing to delete without an error' {
        $results = @($server | Remove-ScaleTestObject -RunId 'never-was')
        ($results | Measure-Object Found -Sum).Sum | Should -Be 0
    }

    It 'deletes nothing with -WhatIf' {
        New-Leftover 'what-if' 3
        try {
            $server | Remove-ScaleTestObject -RunId 'what-if' -WhatIf | Should -BeNullOrEmpty
            @(Get-ServerObject $server -Selector 'scaletest/run=what-if').Count | Should -Be 3
        }
        finally {
            $null = $server | Remove-ScaleTestObject -RunId 'what-if'
        }
    }

    It 'asks before -All, and does not delete where nobody can answer' {
        New-Leftover 'unasked' 3
        try {
            $ended = Wait-Child (Start-Child { param($Kubeconfig) Remove-ScaleTestObject -All -Kubeconfig $Kubeconfig } $server.Kubeconfig)
            $ended.Error | Should -Match 'NonInteractive'
            @(Get-ServerObject $server -Selector 'scaletest/run=unasked').Count | Should -Be 3
        }
        finally {
            $null = $server | Remove-ScaleTestObject -RunId 'unasked'
        }
    }

    It 'deletes the objects of all runs with -All -Confirm:$false' {
        New-Leftover 'all-one' 3
        New-Leftover 'all-two' 4
        $results = @($server | Remove-ScaleTestObject -All -Confirm:$false)
        ($results | Measure-Object Deleted -Sum).Sum | Should -Be 7
        Get-ServerObject $server | Should -BeNullOrEmpty
    }

    It 'demands a run or -All' {
        (Get-Command Remove-ScaleTestObject).ParameterSets | ForEach-Object { @($_.Parameters | Where-Object { $_.IsMandatory -and $_.Name -in 'RunId', 'All' }).Count } | Should -Be @(1, 1)
    }

    It 'completes -Resource' {
        $line = 'Remove-ScaleTestObject -RunId x -Resource fl'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'flunders'
    }
}

Describe 'Remove-ScaleTestObject: bad input' {
    It 'a run ID that could not be one, before any request' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'silent.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            $failure = { Remove-ScaleTestObject -RunId 'Not_One' -Kubeconfig $kubeconfig } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'InvalidRunId,K8sScaleTest.RemoveScaleTestObjectCommand'
            $silent.Pending() | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }

    It 'a resource that is not served' {
        $failure = { $server | Remove-ScaleTestObject -RunId 'x' -Resource 'gadgets' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeIn 'ResourceNotServed,K8sScaleTest.RemoveScaleTestObjectCommand', 'GroupNotServed,K8sScaleTest.RemoveScaleTestObjectCommand'
        $failure.Exception.Message | Should -BeLike '*gadgets*'
    }

    It 'a server that refuses the connection' {
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'refused.yaml') "https://127.0.0.1:$(Get-ClosedPort)"
        $failure = { Remove-ScaleTestObject -RunId 'x' -Kubeconfig $kubeconfig } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionRefused,K8sScaleTest.RemoveScaleTestObjectCommand'
    }

    It 'an unknown context' {
        $failure = { $server | Remove-ScaleTestObject -RunId 'x' -Context 'nowhere' } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ContextNotFound,K8sScaleTest.RemoveScaleTestObjectCommand'
    }
}
