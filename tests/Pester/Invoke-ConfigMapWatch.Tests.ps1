BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer

    # Writes all the while, so that every watch has something to be delivered.
    $writer = Start-Child {
        param($Kubeconfig)
        Start-ConfigMapDriver -Rate 40 -Duration 30m -MaxPopulation 20 -Updates 1 -RunId background -Kubeconfig $Kubeconfig | Out-Null
    } $server.Kubeconfig
    Wait-Until { @(Get-ServerObject $server -Selector 'scaletest/run=background').Count -ge 5 } 'objects of the child'
}

AfterAll {
    $writer.Process.Kill($true)
    $null = Wait-Child $writer
    $server | Stop-LocalApiServer
}

Describe 'Invoke-ConfigMapWatch' {
    It 'streams a record for every event, and ends with Select-Object -First' {
        $records = @($server | Invoke-ConfigMapWatch -Namespace scaletest -RunId 'w.first' | Where-Object Type -In 'Added', 'Modified', 'Deleted' | Select-Object -First 30)
        $records.Count | Should -Be 30
        $records[0] | Should -BeOfType 'K8sScaleTest.WatchRecord'
        $records.ResourceVersion | Should -Be @($records.ResourceVersion | Sort-Object -Unique)
        $records | Where-Object { $_.Namespace -ne 'scaletest' -or $_.Name -notlike 'background-*' -or -not $_.Uid } | Should -BeNullOrEmpty
        $records | Where-Object { $_.Received.Kind -ne 'Utc' -or $_.SinceOpenedMs -lt 0 } | Should -BeNullOrEmpty
    }

    It 'ends by -Duration, with a summary in which the audit is, and a file of whole rows' {
        $csv = Join-Path $TestDrive 'watch.csv'
        $summary = $server | Invoke-ConfigMapWatch -Watchers 3 -Duration 4s -OutFile $csv
        $summary | Should -BeOfType 'K8sScaleTest.WatchSummary'
        $summary.Verdict | Should -Be 'Valid'
        @($summary.Audit).Count | Should -Be 3
        ($summary.Missed, $summary.Duplicated, $summary.OutOfOrder, $summary.Regressed) | Should -Be @(0, 0, 0, 0)
        $rows = @(Import-Csv -LiteralPath $csv)
        @($rows | Where-Object Type -EQ 'List').Count | Should -Be 3
        @($rows | Where-Object Type -EQ 'Window' | ForEach-Object End) | Should -Be @('Stopped', 'Stopped', 'Stopped')
        @($rows | Where-Object Type -In 'Added', 'Modified', 'Deleted').Count | Should -Be $summary.Events
        ($summary | Out-String) | Should -Match 'Verdict\s+: Valid'
    }

    It 'lists again when a watch has ended, or goes on from there with -Resume' {
        foreach ($resume in $false, $true) {
            $rows = @($server | Invoke-ConfigMapWatch -TimeoutSeconds 1..2 -Resume:$resume | Where-Object Type -In 'List', 'Window' | Select-Object -First 5)
            @($rows | Where-Object Type -EQ 'Window' | ForEach-Object End | Select-Object -Unique) | Should -Be 'Complete'
            @($rows | Where-Object Type -EQ 'List').Count | Should -Be $(if ($resume) { 1 } else { 3 })
        }
    }

    It 'is a slow reader with -ReadRate, over HTTP/1.1' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $records = @($server | Invoke-ConfigMapWatch -ReadRate 10 | Where-Object Type -NE 'List' | Select-Object -First 30)
        $records.Count | Should -Be 30
        $watch.Elapsed.TotalSeconds | Should -BeGreaterThan 1
    }

    It 'serves metrics' {
        $taken = $server | Invoke-ConfigMapWatch -MetricsPort 0 -MetricsAddress localhost 6>&1 | Select-Object -First 1
        "$taken" | Should -Match '^Metrics: http://localhost:\d+/metrics$'
    }

    It 'refuses what makes no sense before any request' {
        { Invoke-ConfigMapWatch -Server https://127.0.0.1:1 -ReadRate 5 -HttpVersion 2 } | Should -Throw -ErrorId 'InvalidHttpVersion*'
        { Invoke-ConfigMapWatch -Server https://127.0.0.1:1 -TimeoutSeconds 9..5 } | Should -Throw -ErrorId 'InvalidTimeoutSeconds*'
    }
}
