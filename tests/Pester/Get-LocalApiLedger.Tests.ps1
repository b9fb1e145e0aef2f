BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
}

Describe 'Get-LocalApiLedger' {
    BeforeAll {
        $server = Start-LocalApiServer
        $records = @($server | Start-ConfigMapDriver -Rate 200 -Count 20 -MaxPopulation 5 | Where-Object Phase -NE 'WarmUp')
    }

    AfterAll { Stop-LocalApiServer }

    It 'has each request of a driver, with its resourceVersion' {
        $told = @{}
        $server | Get-LocalApiLedger -Resource configmaps | Where-Object { $_.Verb -eq 'create' -and $_.Name } | ForEach-Object { $told[$_.Name] = $_.ResourceVersion }
        foreach ($create in $records | Where-Object Operation -EQ 'Create') { "$($told[$create.Name])" | Should -Be $create.ResourceVersion }
    }

    It 'has each event, and streams them on with -Follow' {
        $events = @(Get-LocalApiLedger -Event -Resource configmaps)
        $events.Count | Should -Be 40
        $events[0] | Should -BeOfType 'K8sScaleTest.LocalApiEventRecord'
        @(Get-LocalApiLedger -Event -Resource configmaps -Follow -Count 7).Count | Should -Be 7
        @(Get-LocalApiLedger -Event -Resource configmaps -Follow -Duration 300ms).Count | Should -Be 40
    }

    It 'has watches and deliveries' {
        $client = Open-Watch $server
        try {
            $watch = @(Get-LocalApiLedger -Watch -Resource namespaces)[-1]
            $watch.End | Should -Be 'Open'
            $watch.Initial | Should -BeGreaterThan 0
            Get-LocalApiLedger -Delivery -WatchNumber $watch.Watch | Should -BeNullOrEmpty
        }
        finally {
            $client.Dispose()
        }
    }

    It 'has the faults of a watch, and the latency that was drawn for a request' {
        $slow = $server | Set-LocalApiFault -Verb list -Latency 20ms
        $client = Open-Watch $server
        try {
            $cut = $server | Set-LocalApiFault -Resource namespaces -CutWatch End -Now
            Wait-Until { @(Get-LocalApiLedger -Watch -Resource namespaces)[-1].End -eq 'Cut' } 'the watch is cut'
        }
        finally {
            $client.Dispose()
        }
        @(Get-LocalApiLedger -Watch -Resource namespaces)[-1].Fault | Should -Be "$($cut.Id)"
        $null = Get-ServerObject $server
        $list = @(Get-LocalApiLedger -Resource configmaps | Where-Object { $_.Verb -eq 'list' -and $_.Fault })[-1]
        $list.Fault | Should -Be "$($slow.Id)"
        $list.LatencyMs | Should -Be 20
        $list.AnswerMs | Should -BeGreaterOrEqual 20
    }

    It 'shows a table' {
        (Get-LocalApiLedger -Count 3 | Out-String -Width 100) | Should -Match 'Arrived\s+Number\s+Verb'
    }
}
