BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    # The order is a contract: it is what Export-Csv writes, and what -OutFile writes.
    $columns = @(
        'RunId', 'Resource', 'Operation', 'Key', 'Namespace', 'Name', 'Uid', 'ResourceVersion', 'CreationTimestamp', 'Event', 'EventNumber', 'Events',
        'QueuedAdds', 'QueuedUpdates', 'QueuedDeletes', 'ExistedBefore', 'FromList', 'Compared', 'Duplicate', 'Received', 'Handled', 'FirstEnqueued',
        'LastEnqueued', 'Dequeued', 'ReceivedUnixMicroseconds', 'HandledUnixMicroseconds', 'FirstEnqueuedUnixMicroseconds', 'LastEnqueuedUnixMicroseconds',
        'DequeuedUnixMicroseconds', 'DispatchMs', 'QueueMs', 'WrittenUnixMicroseconds', 'LatencyFrom', 'ReceivedLatencyMs', 'HandledLatencyMs', 'DequeuedLatencyMs')
    # Writes for as long as a test looks at them.
    $driver = Start-Child {
        param($Kubeconfig)
        Start-ConfigMapDriver -Kubeconfig $Kubeconfig -CreateNamespace -Rate 20 -Duration 10m -MaxPopulation 10 -Updates 1 -RunId 'background' | Out-Null
    } $server.Kubeconfig
    Wait-Until { Get-ServerObject $server } 'the first ConfigMap of the driver'
}

AfterAll {
    Send-Signal $driver 'TERM'
    $null = Wait-Child $driver
    $server | Stop-LocalApiServer
}

Describe 'Start-ConfigMapLogger: records' {
    BeforeAll {
        $records = @($server | Start-ConfigMapLogger -Namespace scaletest -LabelSelector 'scaletest/run=background' | Where-Object { -not $_.ExistedBefore } | Select-Object -First 60)
    }

    It 'ends with Select-Object -First' {
        $records.Count | Should -Be 60
    }

    It 'have the properties in the order of the contract' {
        $records[0] | Should -BeOfType 'K8sScaleTest.NotificationRecord'
        $records[0].PSObject.Properties.Name | Should -Be $columns
    }

    It 'are of creates, updates and deletes of the objects that were selected' {
        @($records.Operation | Sort-Object -Unique) | Should -Be @('Create', 'Delete', 'Update')
        $records | Where-Object Name -NotLike 'background-*' | Should -BeNullOrEmpty
    }

    It 'have their moments in order' {
        $records | Where-Object { $_.Received -gt $_.Handled -or $_.Handled -gt $_.Dequeued -or $_.FirstEnqueued -gt $_.LastEnqueued } | Should -BeNullOrEmpty
    }

    It 'have a latency from the writer''s annotation, and deletes none' {
        $records | Where-Object { $_.Event -ne 'Deleted' -and $null -eq $_.ReceivedLatencyMs } | Should -BeNullOrEmpty
        $records | Where-Object { $_.Event -eq 'Deleted' -and $null -ne $_.ReceivedLatencyMs } | Should -BeNullOrEmpty
        @($records.LatencyFrom | Where-Object { $_ } | Sort-Object -Unique) | Should -Be @('scaletest/launchedUnixMicros', 'scaletest/updatedUnixMicros')
    }
}

Describe 'Start-ConfigMapLogger: files' {
    It 'writes <_> and ends at -Duration with a summary' -ForEach 'Csv', 'JsonLines', 'Original' {
        $file = Join-Path $TestDrive "log.$_"
        $summary = @($server | Start-ConfigMapLogger -Duration 3s -Compare -OutFile $file -Format $_)
        $summary.Count | Should -Be 1
        $summary[0] | Should -BeOfType 'K8sScaleTest.NotificationSummary'
        $summary[0].Verdict | Should -Not -Be 'Failed'
        $summary[0].Audit.Missed | Should -Be 0
        $lines = @(Get-Content -LiteralPath $file)
        $lines.Count - [int]($_ -eq 'Csv') | Should -Be $summary[0].Dequeues
        switch ($_) {
            'Csv' {
                $lines[0] | Should -Be ($columns -join ',')
                @(Import-Csv -LiteralPath $file).Count | Should -Be $summary[0].Dequeues
            }
            'JsonLines' { ($lines[0] | ConvertFrom-Json).Resource | Should -Be 'configmaps' }
            'Original' { $lines | Where-Object { $_ -notmatch '^[-0-9]{10} [:0-9]{8}\.\d{3},(create|update|delete),"scaletest/[^,"]+",[-0-9]{10} [:0-9]{8},\d+,\d+,\d+,[-0-9]{10} [:0-9]{8}\.\d{3},[-0-9]{10} [:0-9]{8}\.\d{3},[23]$' } | Should -BeNullOrEmpty }
        }
        Test-Path -LiteralPath "$file.run.json" | Should -BeTrue
    }

    It 'leaves a whole file when it is interrupted' {
        $file = Join-Path $TestDrive 'interrupted.csv'
        $child = Start-Child {
            param($Kubeconfig, $File)
            Start-ConfigMapLogger -Kubeconfig $Kubeconfig -OutFile $File
        } $server.Kubeconfig, $file
        Wait-Until { (Test-Path -LiteralPath $file) -and @(Get-Content -LiteralPath $file).Count -gt 20 } 'records in the file'
        Send-Signal $child 'TERM'
        (Wait-Child $child).ExitCode | Should -Be 143
        @(Import-Csv -LiteralPath $file | Where-Object { -not $_.DequeuedUnixMicroseconds }) | Should -BeNullOrEmpty
        (Get-Content -Raw -LiteralPath $file).EndsWith("`n") | Should -BeTrue
        (Get-Content -Raw -LiteralPath "$file.run.json" | ConvertFrom-Json).Resource | Should -Be 'configmaps'
    }
}

Describe 'Start-ConfigMapLogger: bad input' {
    It 'refuses <script> before any request' -ForEach @(
        @{ script = 'Start-ConfigMapLogger -Threads 0'; id = 'InvalidThreads*' }
        @{ script = 'Start-ConfigMapLogger -Duration 0'; id = 'InvalidDuration*' }
        @{ script = "Start-ConfigMapLogger -RunId 'A B'"; id = 'InvalidRunId*' }
        @{ script = "Start-ConfigMapLogger -Format Xml"; id = 'ParameterArgumentValidationError*' }
        @{ script = "Start-ConfigMapLogger -Format Csv"; id = 'OutFileMissing*' }
        @{ script = "Start-ConfigMapLogger -MetricsLinger 5s"; id = 'MetricsPortMissing*' }
    ) {
        { & ([scriptblock]::Create($script)) } | Should -Throw -ErrorId $id
    }

    It 'says when the user may not list' {
        { Start-ConfigMapLogger -Kubeconfig $server.KubeconfigNoRights -Duration 1 } | Should -Throw -ErrorId 'Forbidden*'
    }
}

Describe 'Start-ConfigMapLogger: metrics' {
    It 'serves the Go program''s and the work queue''s names' {
        $port = Get-ClosedPort
        $child = Start-Child {
            param($Kubeconfig, $Port)
            Start-ConfigMapLogger -Kubeconfig $Kubeconfig -MetricsPort $Port | Out-Null
        } $server.Kubeconfig, $port
        Wait-Until { try { (Invoke-RestMethod "http://localhost:$port/metrics" -NoProxy) -match 'scaletest_configmaps_updates\{.*\} [1-9]' } catch { $false } } 'the metrics'
        $text = Invoke-RestMethod "http://localhost:$port/metrics" -NoProxy
        Send-Signal $child 'TERM'
        $null = Wait-Child $child
        foreach ($name in 'scaletest_configmaps_create_latency_seconds_bucket', 'scaletest_configmaps_resourceVersion', 'workqueue_depth', 'workqueue_adds_total',
            'workqueue_queue_duration_seconds_bucket', 'workqueue_work_duration_seconds_bucket', 'workqueue_unfinished_work_seconds', 'workqueue_longest_running_processor_seconds') {
            $text | Should -Match $name
        }
    }
}
