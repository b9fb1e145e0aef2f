BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $quick = @{ Rate = 500; Count = 200; MaxPopulation = 20 }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Start-ConfigMapDriver: a run to its end' {
    BeforeAll {
        $records = @($server | Start-ConfigMapDriver @quick -Updates 1 -RunId 'to-its-end' -Seed 7)
        $load = @($records | Where-Object Phase -NE 'WarmUp')
    }

    It 'creates, updates and deletes every object, and each is a record' {
        $load.Count | Should -Be 600
        foreach ($operation in 'Create', 'Update', 'Delete') { @($load | Where-Object Operation -EQ $operation).Count | Should -Be 200 }
        $load | Where-Object { -not $_.Succeeded } | Should -BeNullOrEmpty
    }

    It 'leaves nothing on the server' {
        Get-ServerObject $server | Should -BeNullOrEmpty
    }

    It 'emits OperationRecords whose properties have the order of the contract' {
        $records[0] | Should -BeOfType 'K8sScaleTest.OperationRecord'
        $records[0].PSObject.Properties.Name | Should -Be $OperationColumns
    }

    It 'names the objects by run and number, padded to the digits of the count' {
        $names = @($load | Where-Object Operation -EQ 'Create' | Sort-Object Sequence | ForEach-Object Name)
        $names[0] | Should -Be 'to-its-end-001'
        $names[199] | Should -Be 'to-its-end-200'
        @($names | Select-Object -Unique).Count | Should -Be 200
    }

    It 'takes the moments of every operation in their order, and the intervals are their differences' {
        $load | Where-Object {
            $_.LaunchedUnixMicroseconds -lt $_.ScheduledUnixMicroseconds -or
            $_.SentUnixMicroseconds -lt $_.LaunchedUnixMicroseconds -or
            $_.FinishedUnixMicroseconds -lt $_.SentUnixMicroseconds
        } | Should -BeNullOrEmpty
        $load | Where-Object { [Math]::Abs($_.PacerDelayMs + $_.ConnectionWaitMs + $_.ServiceMs - $_.ResponseMs) -gt 0.001 } | Should -BeNullOrEmpty
        $load | Where-Object { [Math]::Abs(($_.FinishedUnixMicroseconds - $_.ScheduledUnixMicroseconds) / 1000.0 - $_.ResponseMs) -gt 0.0011 } | Should -BeNullOrEmpty
        $load | Where-Object { $_.Scheduled.Kind -ne 'Utc' -or $_.PacerDelayMs -lt 0 } | Should -BeNullOrEmpty
    }

    It 'fills the phases by the scheduled time' {
        @($load | Where-Object Operation -EQ 'Create' | ForEach-Object Phase | Select-Object -Unique) | Should -Be @('Fill', 'Steady')
        $records | Where-Object Phase -EQ 'WarmUp' | ForEach-Object Operation | Select-Object -Unique | Should -Be 'Create'
        @($load | Where-Object Phase -EQ 'Drain').Count | Should -BeGreaterThan 0
    }

    It 'joins an object''s operations by its uid' {
        $uids = @($load | Group-Object Sequence | ForEach-Object { @($_.Group.Uid | Select-Object -Unique).Count } | Select-Object -Unique)
        $uids | Should -Be 1
    }

    It 'has the same schedule again from the same seed, and another one from another' {
        $offsets = {
            param($run)
            $creates = @($run | Where-Object { $_.Operation -eq 'Create' -and $_.Phase -ne 'WarmUp' } | Sort-Object Sequence)
            $creates | ForEach-Object { $_.ScheduledUnixMicroseconds - $creates[0].ScheduledUnixMicroseconds }
        }
        $first = @(& $offsets $records)
        $again = @(& $offsets @($server | Start-ConfigMapDriver @quick -Seed 7))
        $other = @(& $offsets @($server | Start-ConfigMapDriver @quick -Seed 8))
        # Each is cut to a whole microsecond of UTC.
        0..199 | Where-Object { [Math]::Abs($first[$_] - $again[$_]) -gt 1 } | Should -BeNullOrEmpty
        0..199 | Where-Object { [Math]::Abs($first[$_] - $other[$_]) -gt 1 } | Should -Not -BeNullOrEmpty
    }

    It 'gives what it wrote the labels, annotations and data that the server is to see' {
        $null = $server | Start-ConfigMapDriver -Rate 100 -Count 2 -Lifetime 1h -RunId 'as-written' -DataLength 17 -NoCleanup |
            Where-Object Phase -NE 'WarmUp' | Select-Object -First 2
        $written = @(Get-ServerObject $server -Selector 'scaletest/run=as-written')
        try {
            $written.Count | Should -Be 2
            $written[0].metadata.labels.purpose | Should -Be 'scaletest'
            $written[0].metadata.labels.'scaletest/worker' | Should -Be '0'
            $written[0].metadata.annotations.'scaletest/createTimestamp' | Should -Match '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+0000$'
            $written[0].metadata.annotations.'scaletest/launchedUnixMicros' | Should -Match '^\d{16}$'
            $written[0].data.key1 | Should -Be ('0' * 17)
        }
        finally {
            $null = $server | Remove-ScaleTestObject -RunId 'as-written' -Confirm:$false
        }
    }

    It 'ends by -Duration, and the drain that follows is part of the run' {
        $timed = @($server | Start-ConfigMapDriver -Rate 50 -Duration 1s -Lifetime 200ms | Where-Object Phase -NE 'WarmUp')
        $creates = @($timed | Where-Object Operation -EQ 'Create')
        $last = ($creates | Measure-Object ScheduledUnixMicroseconds -Maximum).Maximum
        $first = ($creates | Measure-Object ScheduledUnixMicroseconds -Minimum).Minimum
        $creates.Count | Should -BeGreaterThan 1
        ($last - $first) | Should -BeLessOrEqual 1000000
        @($timed | Where-Object Operation -EQ 'Delete').Count | Should -Be $creates.Count
    }

    It 'splits one schedule among workers' {
        $names = foreach ($worker in 0, 1, 2) {
            $server | Start-ConfigMapDriver -Rate 500 -Count 100 -MaxPopulation 10 -Seed 3 -RunId 'shared' -Worker $worker -Workers 3 |
                Where-Object { $_.Operation -eq 'Create' -and $_.Phase -ne 'WarmUp' } | ForEach-Object Name
        }
        @($names | Sort-Object) | Should -Be @(1..100 | ForEach-Object { 'shared-{0:000}' -f $_ })
    }

    It 'goes at full speed, where scheduled is launched and the population is kept' {
        $full = @($server | Start-ConfigMapDriver -Rate Max -Count 500 -MaxPopulation 50 -MaxInFlight 8 | Where-Object Phase -NE 'WarmUp')
        $full.Count | Should -Be 1000
        $full | Where-Object PacerDelayMs -NE 0 | Should -BeNullOrEmpty
        $live = 0
        $most = 0
        foreach ($record in $full | Sort-Object FinishedUnixMicroseconds) {
            $live += if ($record.Operation -eq 'Create') { 1 } else { -1 }
            $most = [Math]::Max($most, $live)
        }
        $live | Should -Be 0
        $most | Should -BeGreaterOrEqual 50
        $most | Should -BeLessOrEqual 58 # 50, and at most 8 under way
    }

    It 'speaks HTTP/1.1 on demand' {
        $old = @($server | Start-ConfigMapDriver @quick -HttpVersion 1.1 -Connections 8 | Where-Object Phase -NE 'WarmUp')
        $old.Count | Should -Be 400
        $old | Where-Object { -not $_.Succeeded } | Should -BeNullOrEmpty
        ($old | Measure-Object Connection -Maximum).Maximum | Should -BeLessThan 8
    }

    It 'makes the namespace when told to' {
        $made = "made-$([guid]::NewGuid().ToString('n').Substring(0, 8))"
        $run = @($server | Start-ConfigMapDriver -Rate 100 -Count 5 -MaxPopulation 1 -Namespace $made -CreateNamespace | Where-Object Phase -NE 'WarmUp')
        $run | Where-Object { -not $_.Succeeded } | Should -BeNullOrEmpty
        @($run.Namespace | Select-Object -Unique) | Should -Be $made
    }

    It 'takes the Go programs'' flags as aliases' {
        $run = @($server | Start-ConfigMapDriver -Lambda 500 -N 20 -Maxpop 5 -Datalen 100 | Where-Object Phase -NE 'WarmUp')
        $run.Count | Should -Be 40
        $parameters = (Get-Command Start-ConfigMapDriver).Parameters
        foreach ($pair in @('Lambda', 'Rate'), @('N', 'Count'), @('Maxpop', 'MaxPopulation'), @('Datalen', 'DataLength'), @('Datafile', 'OutFile')) {
            $parameters[$pair[1]].Aliases | Should -Contain $pair[0]
        }
    }

    It 'shows what it does: progress while it runs, server and connections with -Verbose' {
        $shell = [powershell]::Create([Management.Automation.RunspaceMode]::NewRunspace)
        try {
            $null = $shell.AddScript('param($Manifest, $Kubeconfig) Import-Module $Manifest; Start-ConfigMapDriver -Rate 100 -Count 100 -MaxPopulation 10 -Kubeconfig $Kubeconfig -Verbose | Out-Null').
                AddArgument((Get-BuiltManifest)).AddArgument($server.Kubeconfig).Invoke()
            $shell.Streams.Error | Should -BeNullOrEmpty
            ($shell.Streams.Progress | ForEach-Object StatusDescription) -match 'creates/s, population' | Should -Not -BeNullOrEmpty
            ($shell.Streams.Verbose | ForEach-Object Message) -match 'HTTP/2.*4 connections' | Should -Not -BeNullOrEmpty
            $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        }
        finally {
            $shell.Dispose()
        }
    }
}

Describe 'Start-ConfigMapDriver: Export-Csv' {
    It 'writes the columns of the contract in their order' {
        $csv = Join-Path $TestDrive 'invariant.csv'
        $server | Start-ConfigMapDriver @quick | Export-Csv -LiteralPath $csv
        (Get-Content -LiteralPath $csv -TotalCount 1) | Should -Be (($OperationColumns | ForEach-Object { """$_""" }) -join ',')
        @(Import-Csv -LiteralPath $csv | Where-Object Phase -NE 'WarmUp').Count | Should -Be 400
    }

    It 'is read again <_>, by path and from Import-Csv, as the records themselves are' -ForEach 'without -UseCulture', 'with -UseCulture' {
        $csv = Join-Path $TestDrive "culture-$([guid]::NewGuid()).csv"
        Invoke-WithCulture 'de-DE' {
            $useCulture = if ($_ -eq 'with -UseCulture') { @{ UseCulture = $true } } else { @{} }
            $records = @($server | Start-ConfigMapDriver @quick)
            $records | Export-Csv -LiteralPath $csv @useCulture
            $truth = $records | Measure-ScaleTest
            $byPath = Measure-ScaleTest $csv
            $byImport = Import-Csv -LiteralPath $csv @useCulture | Measure-ScaleTest

            # The file is German, or the test shows nothing.
            (Get-Content -LiteralPath $csv -TotalCount 2)[1] | Should -Match '\d,\d'
            $truth.Count | Should -BeGreaterOrEqual 400
            foreach ($read in $byPath, $byImport) {
                $read.RunId | Should -Be $truth.RunId
                $read.Count | Should -Be $truth.Count
                $read.Verdict | Should -Be $truth.Verdict
                $read.Steady.Count | Should -Be $truth.Steady.Count
                $read.Steady.ServiceP50Ms | Should -Be $truth.Steady.ServiceP50Ms
                $read.Steady.ResponseMaxMs | Should -Be $truth.Steady.ResponseMaxMs
                $read.SteadyStart | Should -Be $truth.SteadyStart
            }
        }
    }
}

Describe 'Start-ConfigMapDriver: manners' {
    It 'says with -WhatIf what it would do, and makes no request' {
        $silent = Start-SilentServer
        try {
            $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'what-if.yaml') "https://127.0.0.1:$($silent.LocalEndpoint.Port)"
            $csv = Join-Path $TestDrive 'what-if.csv'
            $child = Start-Child {
                param($Kubeconfig, $Csv)
                Start-ConfigMapDriver -Rate 20 -Count 1000 -MaxPopulation 40 -Updates 1 -DataLength 100 -Kubeconfig $Kubeconfig -OutFile $Csv -WhatIf
            } $kubeconfig, $csv
            $ended = Wait-Child $child
            $ended.Output | Should -Match '3,000 operations, 60 writes/s, population 40 on average and \d+ at p99.9, 100,000 bytes'
            $silent.Pending() | Should -BeFalse
            Test-Path -LiteralPath $csv | Should -BeFalse
        }
        finally {
            $silent.Stop()
        }
    }

    It 'shows its summary as a report also after the records of -PassThru' {
        $shown = $server | Start-ConfigMapDriver -Rate 500 -Count 5 -MaxPopulation 2 -OutFile (Join-Path $TestDrive 'shown.csv') -PassThru | Out-String
        $shown | Should -Match '(?m)^\S*Scheduled '
        $shown | Should -Match '(?m)^Inconclusive: '
        $shown | Should -Not -Match 'VerdictReason'
    }

    It 'completes -Context from the kubeconfig' {
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'completion.yaml') 'https://127.0.0.1:1'
        $line = "Start-ConfigMapDriver -Kubeconfig '$kubeconfig' -Context se"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'second-of-tests'
    }

    It 'completes -Namespace from the server' {
        $line = "Start-ConfigMapDriver -Kubeconfig '$($server.Kubeconfig)' -Namespace kube-s"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'kube-system'
    }

    It 'completes nothing, and says nothing, where there is no server' {
        $kubeconfig = New-Kubeconfig (Join-Path $TestDrive 'no-completion.yaml') "https://127.0.0.1:$(Get-ClosedPort)"
        $before = $global:Error.Count
        $line = "Start-ConfigMapDriver -Kubeconfig '$kubeconfig' -Namespace kube-s"
        (TabExpansion2 $line $line.Length).CompletionMatches | Where-Object CompletionText -EQ 'kube-system' | Should -BeNullOrEmpty
        $global:Error.Count | Should -Be $before
    }

    It 'takes a duration of a second as <_>' -ForEach '1', '1s', '1000ms', 1, ([timespan]'00:00:01') {
        $creates = @($server | Start-ConfigMapDriver -Rate 100 -Arrival Constant -Duration $_ -Lifetime 100ms | Where-Object { $_.Operation -eq 'Create' -and $_.Phase -ne 'WarmUp' })
        $creates.Count | Should -BeGreaterOrEqual 99
        $creates.Count | Should -BeLessOrEqual 101
    }
}
