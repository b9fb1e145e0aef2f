BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Set-LocalApiFault' {
    BeforeEach { $server = Start-LocalApiServer }

    AfterEach { Stop-LocalApiServer }

    It 'refuses what it was told to refuse, and the driver says so' {
        $fault = $server | Set-LocalApiFault -Verb create -StatusCode 429 -RetryAfter 2s -Skip 50 -Count 3
        $fault | Should -BeOfType 'K8sScaleTest.LocalApiFault'
        $records = $server | Start-ConfigMapDriver -Rate 300 -Count 100 -MaxPopulation 10
        $refused = @($records | Where-Object StatusCode -EQ 429)
        $refused.Count | Should -Be 3
        $refused | ForEach-Object { $_.Outcome | Should -Be 'Rejected' }
        (Get-LocalApiFault -FaultId $fault.Id).State | Should -Be 'Spent'
    }

    It 'repeats exactly with the same seed' {
        $runs = foreach ($i in 1, 2) {
            Clear-LocalApiFault
            $null = $server | Set-LocalApiFault -Verb delete -Name "no-such-*" -StatusCode 503 -Probability 0.5 -Seed 11
            $config = Read-Kubeconfig $server.Kubeconfig
            $codes = foreach ($n in 1..30) {
                $uri = "$($config.Server)/api/v1/namespaces/scaletest/configmaps/no-such-$n"
                [int](Invoke-WebRequest -Method Delete -Uri $uri -Headers @{ Authorization = "Bearer $($config.Token)" } -SkipCertificateCheck -NoProxy -SkipHttpErrorCheck).StatusCode
            }
            $codes -join ','
        }
        $runs[0] | Should -Be $runs[1]
        $runs[0] | Should -Match '503'
        $runs[0] | Should -Match '404'
    }

    It 'takes each <Name> alone' -ForEach @(
        @{ Name = 'latency'; Parameters = @{ Latency = '5ms'; AfterCommit = $true }; Action = 'Latency' }
        @{ Name = 'uniform latency'; Parameters = @{ LatencyFrom = '1ms'; LatencyTo = '2ms' }; Action = 'Latency' }
        @{ Name = 'exponential latency'; Parameters = @{ LatencyMean = '5ms' }; Action = 'Latency' }
        @{ Name = 'lognormal latency'; Parameters = @{ LatencyMedian = '5ms'; LatencySigma = 0.5 }; Action = 'Latency' }
        @{ Name = 'mix'; Parameters = @{ LatencyMix = @{ Weight = 9; Latency = '1ms' }, @{ Weight = 1; Mean = '50ms' } }; Action = 'Latency' }
        @{ Name = 'refusal'; Parameters = @{ StatusCode = 503; AfterCommit = $true }; Action = 'Status' }
        @{ Name = 'silence'; Parameters = @{ NoAnswer = $true; Name = 'a*' }; Action = 'NoAnswer' }
        @{ Name = 'reset'; Parameters = @{ Reset = $true; AfterCommit = $true }; Action = 'Reset' }
        @{ Name = 'GOAWAY'; Parameters = @{ GoAway = $true }; Action = 'GoAway' }
        @{ Name = 'refused stream'; Parameters = @{ RefuseStream = $true }; Action = 'RefuseStream' }
        @{ Name = 'refused connection'; Parameters = @{ RefuseConnection = $true; For = '1ms' }; Action = 'RefuseConnection' }
        @{ Name = 'cut'; Parameters = @{ CutWatch = 'Reset'; Now = $true }; Action = 'CutWatch' }
        @{ Name = 'stall'; Parameters = @{ StallWatch = '1s' }; Action = 'StallWatch' }
        @{ Name = 'slow watch'; Parameters = @{ EventsPerSecond = 5 }; Action = 'SlowWatch' }
        @{ Name = 'slow bytes'; Parameters = @{ BytesPerSecond = 1000 }; Action = 'SlowWatch' }
        @{ Name = 'loss'; Parameters = @{ LoseEvent = $true; ForAll = $true; EventType = 'DELETED' }; Action = 'LoseEvent' }
        @{ Name = 'doubling'; Parameters = @{ DoubleEvent = $true }; Action = 'DoubleEvent' }
        @{ Name = 'reordering'; Parameters = @{ ReorderEvent = $true }; Action = 'ReorderEvent' }
        @{ Name = '410 in the stream'; Parameters = @{ ErrorEvent = $true }; Action = 'ErrorEvent' }
        @{ Name = 'skew'; Parameters = @{ ClockSkew = '-5m' }; Action = 'ClockSkew' }
        @{ Name = 'compaction'; Parameters = @{ Compact = $true }; Action = 'Compact' }
    ) {
        ($server | Set-LocalApiFault @Parameters).Action | Should -Be $Action
    }

    It 'refuses what does not go together' {
        { $server | Set-LocalApiFault -Latency 5ms -StatusCode 500 -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        { $server | Set-LocalApiFault -LoseEvent -Now -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        Get-LocalApiFault | Should -BeNullOrEmpty
    }

    It 'warns of a resource that is not served, as a slip of the keyboard makes it' {
        $null = $server | Set-LocalApiFault -Resource configmap, secrets -Latency 1ms -WarningVariable warnings 3>$null
        "$warnings" | Should -BeLike 'No resource that is served now is called configmap:*'
        $null = $server | Set-LocalApiFault -Resource configmaps -Latency 1ms -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
    }

    It 'takes days without quotation marks for days' {
        ($server | Set-LocalApiFault -ClockSkew 2d).Detail | Should -Match '172800000 ms'
        ($server | Set-LocalApiFault -ClockSkew -1d).Detail | Should -Match '-86400000 ms'
    }

    It 'does nothing under -WhatIf' {
        $server | Set-LocalApiFault -NoAnswer -WhatIf | Should -BeNullOrEmpty
        Get-LocalApiFault | Should -BeNullOrEmpty
    }

    It 'completes verbs and resources' {
        $line = 'Set-LocalApiFault -Resource flu'
        ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText) | Should -Contain 'flunders.wardle.example.com'
        $line = 'Set-LocalApiFault -Verb del'
        ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText) | Should -Contain 'deletecollection'
    }
}
